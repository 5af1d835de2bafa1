using TunnelCore.Sstp;
using TunnelCore.Wire.Ppp;

namespace TunnelCore.Transport;

/// <summary>The gate of the call as both data threads see it. Set by the control side, read once per frame.</summary>
internal sealed class FrameFilter
{
    private volatile FrameGate _gate;

    public FrameGate Gate
    {
        get => _gate;
        set => _gate = value;
    }

    /// <summary>Whether a PPP frame may pass now.</summary>
    public bool Passes(ReadOnlySpan<byte> frame) => _gate switch
    {
        FrameGate.Open => !frame.IsEmpty,
        FrameGate.ControlOnly => PppFrame.TryParse(frame, out PppFrame parsed) && parsed.IsControl,
        _ => false,
    };
}
