namespace TunnelCore.Wire.Pptp;

/// <summary>Result Code of an Outgoing-Call-Reply (RFC 2637 2.8). Other values keep their number.</summary>
internal enum CallResult : byte
{
    Connected = 1,
    GeneralError = 2,
    NoCarrier = 3,
    Busy = 4,
    NoDialTone = 5,
    TimeOut = 6,
    DoNotAccept = 7,
}
