using System.Threading.Channels;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCore.Session;

/// <summary>A tunnel of a program, with what it can tell about itself.</summary>
public sealed class ProgramTunnel : ITunnel
{
    private readonly ITunnel _tunnel;
    private readonly Func<IReadOnlyList<(string, long)>> _statistics;
    private readonly Action<string> _routeLeft;

    internal ProgramTunnel(ITunnel tunnel, TunnelTraffic traffic, Func<IReadOnlyList<(string, long)>> statistics, Action<string> routeLeft)
    {
        (_tunnel, Traffic, _statistics, _routeLeft) = (tunnel, traffic, statistics, routeLeft);
    }

    public TunnelTraffic Traffic { get; }

    public ChannelReader<TunnelEvent> Events => _tunnel.Events;

    internal HostRoute? Route { get; set; }

    /// <summary>Counters of the packet path, by name; none where the kernel or TCP does the counting.</summary>
    public IReadOnlyList<(string Name, long Value)> Statistics() => _statistics();

    public void Start() => _tunnel.Start();

    public void Stop(Failure reason) => _tunnel.Stop(reason);

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _removed, 1) == 0 && Route?.Remove() is { } reason)
        {
            _routeLeft(reason);
        }
    }

    private int _removed;
}
