using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Incoming-Call-Request (RFC 2637 2.9), 220 bytes. A client refuses it.</summary>
/// <remarks>
/// | Off | Size | Field                     |
/// | 12  | 2    | Call ID of the sender     |
/// | 14  | 2    | Call Serial Number        |
/// | 16  | 4    | Call Bearer Type          |
/// | 20  | 4    | Physical Channel ID       |
/// | 24  | 2    | Dialed Number Length      |
/// | 26  | 2    | Dialing Number Length     |
/// | 28  | 64   | Dialed Number             |
/// | 92  | 64   | Dialing Number            |
/// | 156 | 64   | Subaddress                |
/// </remarks>
internal sealed record IncomingCallRequest(
    ushort CallId, ushort SerialNumber, uint BearerType, uint PhysicalChannel, string DialedNumber, string DialingNumber, string Subaddress)
    : PptpMessage(PptpMessageType.IncomingCallRequest)
{
    internal IncomingCallRequest(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt16BigEndian(m[14..]), ReadUInt32BigEndian(m[16..]), ReadUInt32BigEndian(m[20..]),
            PptpText.Read(m.Slice(28, Math.Min(64, (int)ReadUInt16BigEndian(m[24..])))),
            PptpText.Read(m.Slice(92, Math.Min(64, (int)ReadUInt16BigEndian(m[26..])))), PptpText.Read(m[156..220]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], CallId);
        WriteUInt16BigEndian(m[14..], SerialNumber);
        WriteUInt32BigEndian(m[16..], BearerType);
        WriteUInt32BigEndian(m[20..], PhysicalChannel);
        WriteUInt16BigEndian(m[24..], (ushort)PptpText.Write(m[28..92], DialedNumber));
        WriteUInt16BigEndian(m[26..], (ushort)PptpText.Write(m[92..156], DialingNumber));
        PptpText.Write(m[156..220], Subaddress);
    }
}
