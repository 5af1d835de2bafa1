namespace TunnelCore.Wire.Pptp;

/// <summary>Stop-Control-Connection-Reply (RFC 2637 2.4), 16 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                 |
/// | 12  | 1    | Result Code: 1 ok, 2 general error    |
/// | 13  | 1    | Error Code                            |
/// | 14  | 2    | Reserved1                             |
/// </remarks>
internal sealed record StopControlConnectionReply(byte Result, GeneralError Error) : PptpMessage(PptpMessageType.StopControlConnectionReply)
{
    public const byte Ok = 1;

    internal StopControlConnectionReply(ReadOnlySpan<byte> m)
        : this(m[12], (GeneralError)m[13])
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        m[12] = Result;
        m[13] = (byte)Error;
    }
}
