using TunnelCore.Diagnostics;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Sstp;

/// <summary>What happens to a call.</summary>
internal abstract record SstpEvent
{
    private SstpEvent()
    {
    }

    /// <summary>The HTTP exchange is done: the stream is SSTP.</summary>
    public sealed record Opened : SstpEvent;

    /// <summary>A control packet.</summary>
    public sealed record Received(ControlMessage Message) : SstpEvent;

    /// <summary>The packet stream cannot be followed; what stands there instead of a header.</summary>
    public sealed record FramingBroken(string Detail) : SstpEvent;

    /// <summary>PPP has authenticated.</summary>
    /// <param name="Hlak">32 bytes; the caller wipes them.</param>
    public sealed record Authenticated(ReadOnlyMemory<byte> Hlak) : SstpEvent;

    /// <summary>PPP is down, or the user stops.</summary>
    public sealed record Stop(Failure Reason) : SstpEvent;

    /// <summary>The connection under the call is gone.</summary>
    public sealed record ConnectionEnded(Failure Reason) : SstpEvent;

    /// <summary>The deadline has come, or time has passed.</summary>
    /// <param name="Heard">Something was received since the last tick.</param>
    public sealed record Tick(bool Heard) : SstpEvent;
}
