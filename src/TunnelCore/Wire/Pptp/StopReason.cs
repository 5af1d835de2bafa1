namespace TunnelCore.Wire.Pptp;

/// <summary>Reason of a Stop-Control-Connection-Request (RFC 2637 2.3). Other values keep their number.</summary>
internal enum StopReason : byte
{
    None = 1,
    VersionNotSupported = 2,
    ShuttingDown = 3,
}
