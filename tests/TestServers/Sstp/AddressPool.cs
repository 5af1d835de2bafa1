using System.Globalization;

namespace TestServers.Sstp;

/// <summary>Tunnel addresses: <c>10.77.0.1:10.77.0.100-200</c> is the server's own address and the clients' range.</summary>
internal sealed class AddressPool
{
    private readonly string _local;
    private readonly string _prefix;
    private readonly SortedSet<int> _free = [];
    private readonly Lock _lock = new();

    public AddressPool(string text)
    {
        string[] parts = text.Split(':', '-');
        int dot = parts.Length == 3 ? parts[1].LastIndexOf('.') : -1;
        if (dot < 0)
        {
            throw new FormatException($"not an address pool: {text}");
        }
        _local = parts[0];
        _prefix = parts[1][..(dot + 1)];
        int first = int.Parse(parts[1][(dot + 1)..], CultureInfo.InvariantCulture);
        int last = int.Parse(parts[2], CultureInfo.InvariantCulture);
        for (int i = first; i <= last; i++)
        {
            _free.Add(i);
        }
    }

    /// <summary>"LOCAL:REMOTE" as pppd wants it, or null when all are taken.</summary>
    public string? Take()
    {
        lock (_lock)
        {
            if (_free.Count == 0)
            {
                return null;
            }
            int host = _free.Min;
            _free.Remove(host);
            return $"{_local}:{_prefix}{host}";
        }
    }

    public void Return(string addresses)
    {
        lock (_lock)
        {
            _free.Add(int.Parse(addresses[(addresses.LastIndexOf('.') + 1)..], CultureInfo.InvariantCulture));
        }
    }
}
