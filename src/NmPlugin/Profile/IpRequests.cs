using System.Buffers.Binary;
using System.Net;
using TunnelCore.Link;

namespace NmPlugin.Profile;

/// <summary>
/// What PPP shall negotiate for the profile's ipv4 and ipv6 methods. NetworkManager itself merges static addresses, routes and DNS;
/// here only the question of what to ask the server for is decided.
/// </summary>
internal static class IpRequests
{
    public static Ip4Request Ip4(Ip4Settings? settings) => settings switch
    {
        { Method: "disabled" } => Ip4Request.Off,
        { Method: "manual", Address: { } address, Gateway: { } gateway } => new Ip4Request.Manual(address, gateway, Netmask(settings.Prefix)),
        _ => Ip4Request.Auto,
    };

    /// <summary>Name servers are asked for when there is an ipv4 setting that wants them.</summary>
    public static bool Dns(Ip4Settings? settings) => settings is { Method: not "disabled", IgnoreAutoDns: false };

    /// <summary>
    /// IPV6CP only opens the way for IPv6; a manual address is put on the interface by NetworkManager and needs it too.
    /// Methods that expect nothing from the tunnel switch it off, so that a silent server is never waited for.
    /// </summary>
    public static Ip6Request Ip6(Ip6Settings? settings) => settings?.Method switch
    {
        null or "" => Ip6Request.Default,
        "auto" or "manual" => Ip6Request.Wanted,
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
