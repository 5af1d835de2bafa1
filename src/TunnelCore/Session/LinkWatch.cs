using TunnelCore.Interop;

namespace TunnelCore.Session;

/// <summary>
/// Notices that a network interface has gone, or that another one took its name. The platform's address events (netlink) say
/// when to look; looking is one if_nametoindex.
/// </summary>
internal sealed class LinkWatch : IDisposable
{
    private readonly Action _gone;
    private string? _name;
    private uint _index;

    public LinkWatch(Action gone) => _gone = gone;

    /// <summary>Starts to watch, or goes on watching the same interface. False when there is no such interface.</summary>
    public bool Watch(string name)
    {
        uint index = Libc.IfNameToIndex(name);
        if (index == 0)
        {
            return false;
        }

        bool first = _name is null;
        _name = name;
        _index = index;
        if (first)
        {
            AddressChanges.Add(OnChange);
        }

        return true;
    }

    public void Dispose()
    {
        if (_name is not null)
        {
            AddressChanges.Remove(OnChange);
        }
    }

    private void OnChange()
    {
        if (Libc.IfNameToIndex(_name!) != _index)
        {
            _gone();
        }
    }
}
