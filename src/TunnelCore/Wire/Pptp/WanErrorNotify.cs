using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>WAN-Error-Notify (RFC 2637 2.14), 40 bytes; the counters add up over the call.</summary>
/// <remarks>
/// | Off | Size | Field                 |
/// | 12  | 2    | Peer's Call ID        |
/// | 14  | 2    | Reserved1             |
/// | 16  | 4    | CRC Errors            |
/// | 20  | 4    | Framing Errors        |
/// | 24  | 4    | Hardware Overruns     |
/// | 28  | 4    | Buffer Overruns       |
/// | 32  | 4    | Time-out Errors       |
/// | 36  | 4    | Alignment Errors      |
/// </remarks>
internal sealed record WanErrorNotify(
    ushort PeerCallId, uint Crc, uint Framing, uint HardwareOverruns, uint BufferOverruns, uint TimeOuts, uint Alignment)
    : PptpMessage(PptpMessageType.WanErrorNotify)
{
    internal WanErrorNotify(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt32BigEndian(m[16..]), ReadUInt32BigEndian(m[20..]), ReadUInt32BigEndian(m[24..]),
            ReadUInt32BigEndian(m[28..]), ReadUInt32BigEndian(m[32..]), ReadUInt32BigEndian(m[36..]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], PeerCallId);
        WriteUInt32BigEndian(m[16..], Crc);
        WriteUInt32BigEndian(m[20..], Framing);
        WriteUInt32BigEndian(m[24..], HardwareOverruns);
        WriteUInt32BigEndian(m[28..], BufferOverruns);
        WriteUInt32BigEndian(m[32..], TimeOuts);
        WriteUInt32BigEndian(m[36..], Alignment);
    }
}
