namespace TunnelCore.Session;

/// <summary>Which tunnel carries the PPP frames.</summary>
public enum TunnelProtocol
{
    Sstp,
    Pptp,
}
