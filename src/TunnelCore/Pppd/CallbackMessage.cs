using System.Net;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>A message from the plugin, parsed and checked (callback-protocol.h).</summary>
internal abstract record CallbackMessage
{
    private CallbackMessage()
    {
    }

    public sealed record Hello(uint Version, uint Pid, uint Layout) : CallbackMessage;

    public sealed record Phase(PppPhase Number, int Status) : CallbackMessage;

    public sealed record NeedSecret(CallbackAuthMethod Method, string User) : CallbackMessage;

    /// <summary>The receiver owns the keys.</summary>
    public sealed record Authenticated(CallbackAuthMethod Method, PppKeys Keys) : CallbackMessage;

    public sealed record Ip4(
        string Interface, uint Unit, IPAddress Address, IPAddress Peer, IPAddress Dns1, IPAddress Dns2, IPAddress Wins1, IPAddress Wins2, int Mtu)
        : CallbackMessage;

    public sealed record Ip4Down : CallbackMessage;

    public sealed record Ip6(string Interface, uint Unit, ulong InterfaceId, ulong PeerInterfaceId, int Mtu) : CallbackMessage;

    public sealed record Ip6Rejected : CallbackMessage;

    public sealed record Ip6Down : CallbackMessage;

    public sealed record LinkDown : CallbackMessage;

    public sealed record Exit(int Status) : CallbackMessage;

    public sealed record NeedChannel : CallbackMessage;

    /// <summary>A packet of link control or authentication from the server, from its protocol number on.</summary>
    public sealed record Received(byte[] Frame) : CallbackMessage;

    public sealed record LcpSent : CallbackMessage;
}
