using TunnelCore.Diagnostics;

namespace TunnelCore.Link;

/// <summary>What a PPP engine tells, in order of occurrence. <see cref="Ended"/> is always the last.</summary>
public abstract record PppEvent
{
    private PppEvent()
    {
    }

    public sealed record PhaseChanged(PppPhase Phase) : PppEvent;

    /// <summary>
    /// Authentication has succeeded. The engine holds NCPs back until <see cref="IPppEngine.ConfirmAuthenticated"/>.
    /// The receiver owns the keys and disposes them.
    /// </summary>
    public sealed record Authenticated(PppKeys Keys) : PppEvent;

    /// <summary>IPCP is up (again): the interface exists and carries the address. <paramref name="Mtu"/> in bytes of IP packet.</summary>
    public sealed record Ip4Up(string Interface, Ip4Configuration Configuration, int Mtu) : PppEvent;

    public sealed record Ip4Down : PppEvent;

    public sealed record Ip6Up(string Interface, Ip6Configuration Configuration, int Mtu) : PppEvent;

    /// <summary>IPv6 will not come: rejected by the peer or switched off.</summary>
    public sealed record Ip6Rejected : PppEvent;

    /// <summary>The engine is gone and has been reaped; why.</summary>
    public sealed record Ended(Failure Failure) : PppEvent;
}
