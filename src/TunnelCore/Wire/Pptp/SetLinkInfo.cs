using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Set-Link-Info (RFC 2637 2.15), 24 bytes. GRE has no async framing, so the maps change nothing.</summary>
/// <remarks>
/// | Off | Size | Field                             |
/// | 12  | 2    | Peer's Call ID: the receiver's    |
/// | 14  | 2    | Reserved1                         |
/// | 16  | 4    | Send ACCM                         |
/// | 20  | 4    | Receive ACCM                      |
/// </remarks>
internal sealed record SetLinkInfo(ushort PeerCallId, uint SendAccm, uint ReceiveAccm) : PptpMessage(PptpMessageType.SetLinkInfo)
{
    internal SetLinkInfo(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt32BigEndian(m[16..]), ReadUInt32BigEndian(m[20..]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], PeerCallId);
        WriteUInt32BigEndian(m[16..], SendAccm);
        WriteUInt32BigEndian(m[20..], ReceiveAccm);
    }
}
