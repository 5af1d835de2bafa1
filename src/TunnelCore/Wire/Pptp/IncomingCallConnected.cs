using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Incoming-Call-Connected (RFC 2637 2.11), 28 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                              |
/// | 12  | 2    | Peer's Call ID                     |
/// | 14  | 2    | Reserved1                          |
/// | 16  | 4    | Connect Speed, bit/s               |
/// | 20  | 2    | Packet Recv. Window Size           |
/// | 22  | 2    | Packet Transmit Delay, 1/10 s      |
/// | 24  | 4    | Framing Type                       |
/// </remarks>
internal sealed record IncomingCallConnected(
    ushort PeerCallId, uint ConnectSpeed, ushort ReceiveWindow, ushort TransmitDelay, uint FramingType)
    : PptpMessage(PptpMessageType.IncomingCallConnected)
{
    internal IncomingCallConnected(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt32BigEndian(m[16..]), ReadUInt16BigEndian(m[20..]),
            ReadUInt16BigEndian(m[22..]), ReadUInt32BigEndian(m[24..]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], PeerCallId);
        WriteUInt32BigEndian(m[16..], ConnectSpeed);
        WriteUInt16BigEndian(m[20..], ReceiveWindow);
        WriteUInt16BigEndian(m[22..], TransmitDelay);
        WriteUInt32BigEndian(m[24..], FramingType);
    }
}
