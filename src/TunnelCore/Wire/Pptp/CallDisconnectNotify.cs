using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Call-Disconnect-Notify (RFC 2637 2.13), 148 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                                              |
/// | 12  | 2    | Call ID: the server's by the RFC, the client's from some servers   |
/// | 14  | 1    | Result Code                                                        |
/// | 15  | 1    | Error Code, with result 2                                          |
/// | 16  | 2    | Cause Code (Q.931)                                                 |
/// | 18  | 2    | Reserved1                                                          |
/// | 20  | 128  | Call Statistics, text                                              |
/// </remarks>
internal sealed record CallDisconnectNotify(
    ushort CallId, DisconnectResult Result, GeneralError Error, ushort CauseCode, string Statistics)
    : PptpMessage(PptpMessageType.CallDisconnectNotify)
{
    internal CallDisconnectNotify(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), (DisconnectResult)m[14], (GeneralError)m[15], ReadUInt16BigEndian(m[16..]),
            PptpText.Read(m[20..148]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], CallId);
        m[14] = (byte)Result;
        m[15] = (byte)Error;
        WriteUInt16BigEndian(m[16..], CauseCode);
        PptpText.Write(m[20..148], Statistics);
    }
}
