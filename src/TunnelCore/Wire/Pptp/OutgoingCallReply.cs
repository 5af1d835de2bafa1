using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Outgoing-Call-Reply (RFC 2637 2.8), 32 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                                         |
/// | 12  | 2    | Call ID of the sender: key of the packets that go to it       |
/// | 14  | 2    | Peer's Call ID, from the request                              |
/// | 16  | 1    | Result Code                                                   |
/// | 17  | 1    | Error Code, with result 2                                     |
/// | 18  | 2    | Cause Code (Q.931)                                            |
/// | 20  | 4    | Connect Speed, bit/s                                          |
/// | 24  | 2    | Packet Recv. Window Size                                      |
/// | 26  | 2    | Packet Processing Delay, 1/10 s                               |
/// | 28  | 4    | Physical Channel ID                                           |
/// </remarks>
internal sealed record OutgoingCallReply(
    ushort CallId, ushort PeerCallId, CallResult Result, GeneralError Error, ushort CauseCode, uint ConnectSpeed,
    ushort ReceiveWindow, ushort ProcessingDelay, uint PhysicalChannel)
    : PptpMessage(PptpMessageType.OutgoingCallReply)
{
    internal OutgoingCallReply(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt16BigEndian(m[14..]), (CallResult)m[16], (GeneralError)m[17],
            ReadUInt16BigEndian(m[18..]), ReadUInt32BigEndian(m[20..]), ReadUInt16BigEndian(m[24..]), ReadUInt16BigEndian(m[26..]),
            ReadUInt32BigEndian(m[28..]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], CallId);
        WriteUInt16BigEndian(m[14..], PeerCallId);
        m[16] = (byte)Result;
        m[17] = (byte)Error;
        WriteUInt16BigEndian(m[18..], CauseCode);
        WriteUInt32BigEndian(m[20..], ConnectSpeed);
        WriteUInt16BigEndian(m[24..], ReceiveWindow);
        WriteUInt16BigEndian(m[26..], ProcessingDelay);
        WriteUInt32BigEndian(m[28..], PhysicalChannel);
    }
}
