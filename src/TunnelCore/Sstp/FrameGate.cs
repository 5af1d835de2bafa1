namespace TunnelCore.Sstp;

/// <summary>Which PPP frames may pass, in both directions.</summary>
internal enum FrameGate
{
    Closed,

    /// <summary>Control protocols only (0x8000 and above): the crypto binding has not been sent.</summary>
    ControlOnly,

    Open,
}
