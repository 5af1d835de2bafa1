using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Call-Clear-Request (RFC 2637 2.12), 16 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                   |
/// | 12  | 2    | Call ID that the sender has assigned    |
/// | 14  | 2    | Reserved1                               |
/// </remarks>
internal sealed record CallClearRequest(ushort CallId) : PptpMessage(PptpMessageType.CallClearRequest)
{
    internal CallClearRequest(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]))
    {
    }

    protected override void WriteFields(Span<byte> m) => WriteUInt16BigEndian(m[12..], CallId);
}
