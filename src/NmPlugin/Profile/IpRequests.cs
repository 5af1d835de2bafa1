using System.Buffers.Binary;
using System.Net;
using TunnelCore.Link;
using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>
/// What PPP shall negotiate for the profile's ipv4 and ipv6 methods. NetworkManager itself merges static addresses, routes and DNS;
/// here only the question of what to ask the server for is decided.
/// </summary>
/// <remarks>
/// PPTP profiles were never asked: their service took what the server gave, and NetworkManager leaves out what the profile does not
/// want. A static address that only now went to the server would break what works. The one exception is IPv6 that the profile does
/// not want: then there is nothing to negotiate it for.
/// </remarks>
internal static class IpRequests
{
    public static Ip4Request Ip4(TunnelProtocol protocol, Ip4Settings? settings) => settings switch
    {
        _ when protocol == TunnelProtocol.Pptp => Ip4Request.Auto,
        { Method: "disabled" } => Ip4Request.Off,
        { Method: "manual", Address: { } address, Gateway: { } gateway } => new Ip4Request.Manual(address, gateway, Netmask(settings.Prefix)),
        _ => Ip4Request.Auto,
    };

    /// <summary>Name servers are asked for when there is an ipv4 setting that wants them.</summary>
    public static bool Dns(TunnelProtocol protocol, Ip4Settings? settings) =>
        protocol == TunnelProtocol.Pptp || settings is { Method: not "disabled", IgnoreAutoDns: false };

    /// <summary>
    /// IPV6CP only opens the way for IPv6; a manual address is put on the interface by NetworkManager and needs it too.
    /// Methods that expect nothing from the tunnel switch it off, so that a silent server is never waited for.
    /// </summary>
    public static Ip6Request Ip6(TunnelProtocol protocol, Ip6Settings? settings) => settings?.Method switch
    {
        null or "" => Ip6Request.Default,
        "auto" or "manual" => protocol == TunnelProtocol.Pptp ? Ip6Request.Default : Ip6Request.Wanted,
        _ => Ip6Request.Disabled,
    };

    private static IPAddress Netmask(int prefix)
    {
        uint mask = prefix is <= 0 or > 32 ? uint.MaxValue : uint.MaxValue << (32 - prefix);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, mask);
        return new IPAddress(bytes);
    }
}
