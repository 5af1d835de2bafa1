using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Outgoing-Call-Request (RFC 2637 2.7), 168 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                               |
/// | 12  | 2    | Call ID of the sender                               |
/// | 14  | 2    | Call Serial Number                                  |
/// | 16  | 4    | Minimum BPS                                         |
/// | 20  | 4    | Maximum BPS                                         |
/// | 24  | 4    | Bearer Type: 1 analog, 2 digital, 3 any             |
/// | 28  | 4    | Framing Type: 1 async, 2 sync, 3 either             |
/// | 32  | 2    | Packet Recv. Window Size                            |
/// | 34  | 2    | Packet Processing Delay, 1/10 s                     |
/// | 36  | 2    | Phone Number Length                                 |
/// | 38  | 2    | Reserved1                                           |
/// | 40  | 64   | Phone Number                                        |
/// | 104 | 64   | Subaddress                                          |
/// </remarks>
internal sealed record OutgoingCallRequest(
    ushort CallId, ushort SerialNumber, uint MinimumBps, uint MaximumBps, uint BearerType, uint FramingType,
    ushort ReceiveWindow, ushort ProcessingDelay, string PhoneNumber, string Subaddress)
    : PptpMessage(PptpMessageType.OutgoingCallRequest)
{
    internal OutgoingCallRequest(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt16BigEndian(m[14..]), ReadUInt32BigEndian(m[16..]), ReadUInt32BigEndian(m[20..]),
            ReadUInt32BigEndian(m[24..]), ReadUInt32BigEndian(m[28..]), ReadUInt16BigEndian(m[32..]), ReadUInt16BigEndian(m[34..]),
            PptpText.Read(m.Slice(40, Math.Min(64, (int)ReadUInt16BigEndian(m[36..])))), PptpText.Read(m[104..168]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], CallId);
        WriteUInt16BigEndian(m[14..], SerialNumber);
        WriteUInt32BigEndian(m[16..], MinimumBps);
        WriteUInt32BigEndian(m[20..], MaximumBps);
        WriteUInt32BigEndian(m[24..], BearerType);
        WriteUInt32BigEndian(m[28..], FramingType);
        WriteUInt16BigEndian(m[32..], ReceiveWindow);
        WriteUInt16BigEndian(m[34..], ProcessingDelay);
        WriteUInt16BigEndian(m[36..], (ushort)PptpText.Write(m[40..104], PhoneNumber));
        PptpText.Write(m[104..168], Subaddress);
    }
}
