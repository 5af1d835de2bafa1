namespace TunnelCore.Wire.Pptp;

/// <summary>General Error Code (RFC 2637 2.16), meaningful with result 2. Other values keep their number.</summary>
internal enum GeneralError : byte
{
    None = 0,
    NotConnected = 1,
    BadFormat = 2,
    BadValue = 3,
    NoResource = 4,
    BadCallId = 5,
    PacError = 6,
}
