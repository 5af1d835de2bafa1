namespace TunnelCore.Wire.Pptp;

/// <summary>Result Code of a Start-Control-Connection-Reply (RFC 2637 2.2). Other values keep their number.</summary>
internal enum StartResult : byte
{
    /// <summary>Not in the RFC; some ADSL modems mean success by it.</summary>
    Unset = 0,
    Ok = 1,
    GeneralError = 2,
    ChannelExists = 3,
    NotAuthorized = 4,
    VersionNotSupported = 5,
}
