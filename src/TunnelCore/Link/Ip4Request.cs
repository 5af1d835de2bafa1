using System.Net;

namespace TunnelCore.Link;

/// <summary>What IPCP shall ask for.</summary>
public abstract record Ip4Request
{
    private Ip4Request()
    {
    }

    public static Ip4Request Auto { get; } = new FromServer();

    public static Ip4Request Off { get; } = new Disabled();

    /// <summary>Take what the server gives.</summary>
    public sealed record FromServer : Ip4Request;

    /// <summary>Insist on an own address and the peer's, as the profile says; the server may still change it.</summary>
    public sealed record Manual(IPAddress Address, IPAddress Peer, IPAddress Netmask) : Ip4Request;

    /// <summary>No IPCP.</summary>
    public sealed record Disabled : Ip4Request;
}
