using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace TunnelCli.Running;

/// <summary>How a tunnel of a program has ended.</summary>
/// <param name="Failure">Why.</param>
/// <param name="Furthest">How far it came.</param>
/// <param name="Signal">What a user or a program asked us to end with; null = nobody did.</param>
internal sealed record TunnelEnd(Failure Failure, TunnelPhase Furthest, string? Signal)
{
    /// <summary>The transport was connected.</summary>
    public bool WasConnected => Furthest >= TunnelPhase.Negotiating;

    /// <summary>The login was over.</summary>
    public bool WasAuthenticated => Furthest >= TunnelPhase.ConfiguringNetwork;
}
