using System.Buffers.Binary;
using System.Net;

namespace TunnelCore.Link;

/// <summary>What IPV6CP agreed on (RFC 5072): the interface identifiers, in host order of the 64-bit number.</summary>
public sealed record Ip6Configuration(ulong InterfaceId, ulong PeerInterfaceId)
{
    /// <summary>fe80:: with our identifier.</summary>
    public IPAddress LinkLocal => ToLinkLocal(InterfaceId);

    /// <summary>fe80:: with the peer's identifier.</summary>
    public IPAddress PeerLinkLocal => ToLinkLocal(PeerInterfaceId);

    private static IPAddress ToLinkLocal(ulong id)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        bytes[0] = 0xFE;
        bytes[1] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], id);
        return new IPAddress(bytes);
    }
}
