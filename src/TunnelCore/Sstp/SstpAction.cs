using TunnelCore.Diagnostics;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Sstp;

/// <summary>What the driver of a call has to do, in order.</summary>
internal abstract record SstpAction
{
    private SstpAction()
    {
    }

    public sealed record Send(ControlMessage Message) : SstpAction;

    /// <summary>The server has accepted the call: PPP may start.</summary>
    public sealed record StartPpp : SstpAction;

    /// <summary>The first reason why the call ends; comes once.</summary>
    public sealed record Fail(Failure Failure) : SstpAction;

    /// <summary>Cut the connection.</summary>
    public sealed record Close : SstpAction;

    /// <summary>Something worth a line in the debug log.</summary>
    public sealed record Note(string Text) : SstpAction;
}
