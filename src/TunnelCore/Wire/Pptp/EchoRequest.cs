using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Echo-Request (RFC 2637 2.5), 16 bytes.</summary>
/// <remarks>
/// | Off | Size | Field         |
/// | 12  | 4    | Identifier    |
/// </remarks>
internal sealed record EchoRequest(uint Identifier) : PptpMessage(PptpMessageType.EchoRequest)
{
    internal EchoRequest(ReadOnlySpan<byte> m)
        : this(ReadUInt32BigEndian(m[12..]))
    {
    }

    protected override void WriteFields(Span<byte> m) => WriteUInt32BigEndian(m[12..], Identifier);
}
