using System.Net;
using TunnelCore.Net;

namespace TunnelCore.Session;

/// <summary>
/// Notices that this machine has lost the address from which it talks to the server: a connection from there is dead, though nothing
/// else would tell for half a minute. An address that comes back at once, as after a short loss of the link, keeps the connection.
/// </summary>
/// <param name="time">The session's clock.</param>
/// <param name="exists">Whether this machine has the address; replaced by tests.</param>
internal sealed class SourceAddressWatch(TimeProvider time, Func<IPAddress, bool> exists) : IDisposable
{
    private static readonly TimeSpan s_mayComeBack = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource<IPAddress> _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IPAddress? _address;
    private ITimer? _timer;

    public SourceAddressWatch(TimeProvider time)
        : this(time, SourceAddress.Exists)
    {
    }

    /// <summary>Completes, with the address, when it has been gone for five seconds.</summary>
    public Task<IPAddress> Gone => _gone.Task;

    /// <summary>Starts to watch; only the first call counts. Null = nothing to watch.</summary>
    public void Watch(IPAddress? address)
    {
        lock (_lock)
        {
            if (_timer is not null || address is null)
            {
                return;
            }

            _address = address;
            _timer = time.CreateTimer(_ => Judge(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        AddressChanges.Add(Look);
    }

    public void Dispose()
    {
        AddressChanges.Remove(Look);
        lock (_lock)
        {
            _timer?.Dispose();
        }
    }

    /// <summary>Something has changed on some interface.</summary>
    internal void Look()
    {
        if (!exists(_address!))
        {
            lock (_lock)
            {
                _timer!.Change(s_mayComeBack, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Judge()
    {
        if (!exists(_address!))
        {
            _gone.TrySetResult(_address!);
        }
    }
}
