using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Session;

/// <summary>What a tunnel tells its owner, in order. <see cref="Down"/> is always the last and comes exactly once.</summary>
public abstract record TunnelEvent
{
    private TunnelEvent()
    {
    }

    public sealed record PhaseChanged(TunnelPhase Phase) : TunnelEvent;

    /// <summary>
    /// The tunnel carries traffic, or its addresses changed. IPv4 may be null in an IPv6-only tunnel, IPv6 null as long as it has
    /// not come up (it may come in a later event, never delaying IPv4).
    /// </summary>
    public sealed record Up(string Interface, IPAddress ServerAddress, int Mtu, Ip4Configuration? Ip4, Ip6Configuration? Ip6) : TunnelEvent;

    /// <summary>Everything is torn down: no process, interface, socket or file is left.</summary>
    public sealed record Down(Failure Failure, bool WasUp) : TunnelEvent;
}
