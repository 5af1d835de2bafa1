namespace TunnelCore.Session;

/// <summary>Where an attempt stands, for progress and logs.</summary>
public enum TunnelPhase
{
    Connecting,
    Negotiating,
    Authenticating,
    ConfiguringNetwork,
    Up,
    Closing,
    Down,
}
