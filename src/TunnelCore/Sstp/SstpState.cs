using TunnelCore.Wire.Sstp;

namespace TunnelCore.Sstp;

/// <summary>A state of the call with the data that is valid in it. Times are on the caller's monotonic clock.</summary>
/// <param name="Phase">Name of the state.</param>
/// <param name="Deadline">When a tick is due; null = never.</param>
internal abstract record SstpState(SstpPhase Phase, TimeSpan? Deadline)
{
    public sealed record Disconnected() : SstpState(SstpPhase.Disconnected, null);

    /// <param name="Naks">Call Connect Naks so far.</param>
    /// <param name="Deadline">End of the negotiation timer.</param>
    public sealed record RequestSent(int Naks, TimeSpan? Deadline) : SstpState(SstpPhase.RequestSent, Deadline);

    /// <param name="Hash">The hash of the binding, one bit.</param>
    /// <param name="Nonce">The server's nonce.</param>
    /// <param name="Deadline">End of the authentication timer.</param>
    public sealed record AckReceived(SstpHashProtocols Hash, ReadOnlyMemory<byte> Nonce, TimeSpan? Deadline)
        : SstpState(SstpPhase.AckReceived, Deadline);

    /// <param name="Since">When Call Connected was sent.</param>
    /// <param name="HeardAt">When something from the server was last known to have come.</param>
    /// <param name="ProbedAt">When the Echo Request of this silence was sent.</param>
    /// <param name="Deadline">Next look at the liveness flag.</param>
    public sealed record Connected(TimeSpan Since, TimeSpan HeardAt, TimeSpan? ProbedAt, TimeSpan? Deadline)
        : SstpState(SstpPhase.Connected, Deadline);

    /// <param name="Phase">One of the four closing states.</param>
    /// <param name="Deadline">When the connection is closed whatever the server does.</param>
    public sealed record Closing(SstpPhase Phase, TimeSpan? Deadline) : SstpState(Phase, Deadline);
}
