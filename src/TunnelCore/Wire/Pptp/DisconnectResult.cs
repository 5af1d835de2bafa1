namespace TunnelCore.Wire.Pptp;

/// <summary>Result Code of a Call-Disconnect-Notify (RFC 2637 2.13; Windows sends 0). Other values keep their number.</summary>
internal enum DisconnectResult : byte
{
    Unset = 0,
    LostCarrier = 1,
    GeneralError = 2,
    AdminShutdown = 3,
    Request = 4,
}
