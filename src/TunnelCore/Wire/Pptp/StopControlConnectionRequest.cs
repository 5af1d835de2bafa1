namespace TunnelCore.Wire.Pptp;

/// <summary>Stop-Control-Connection-Request (RFC 2637 2.3), 16 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                   |
/// | 12  | 1    | Reason                  |
/// | 13  | 3    | Reserved1, Reserved2    |
/// </remarks>
internal sealed record StopControlConnectionRequest(StopReason Reason) : PptpMessage(PptpMessageType.StopControlConnectionRequest)
{
    internal StopControlConnectionRequest(ReadOnlySpan<byte> m)
        : this((StopReason)m[12])
    {
    }

    protected override void WriteFields(Span<byte> m) => m[12] = (byte)Reason;
}
