using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Incoming-Call-Reply (RFC 2637 2.10), 24 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                                       |
/// | 12  | 2    | Call ID of the sender                                       |
/// | 14  | 2    | Peer's Call ID, from the request                            |
/// | 16  | 1    | Result Code: 1 connect, 2 general error, 3 do not accept    |
/// | 17  | 1    | Error Code                                                  |
/// | 18  | 2    | Packet Recv. Window Size                                    |
/// | 20  | 2    | Packet Transmit Delay, 1/10 s                               |
/// | 22  | 2    | Reserved1                                                   |
/// </remarks>
internal sealed record IncomingCallReply(
    ushort CallId, ushort PeerCallId, byte Result, GeneralError Error, ushort ReceiveWindow, ushort TransmitDelay)
    : PptpMessage(PptpMessageType.IncomingCallReply)
{
    public const byte DoNotAccept = 3;

    internal IncomingCallReply(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt16BigEndian(m[14..]), m[16], (GeneralError)m[17],
            ReadUInt16BigEndian(m[18..]), ReadUInt16BigEndian(m[20..]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], CallId);
        WriteUInt16BigEndian(m[14..], PeerCallId);
        m[16] = Result;
        m[17] = (byte)Error;
        WriteUInt16BigEndian(m[18..], ReceiveWindow);
        WriteUInt16BigEndian(m[20..], TransmitDelay);
    }
}
