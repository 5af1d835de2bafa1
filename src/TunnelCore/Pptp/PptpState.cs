namespace TunnelCore.Pptp;

/// <summary>Where the control connection and its one call stand; a state holds the data that is valid in it.</summary>
/// <remarks>
/// Idle → AwaitingStartReply → AwaitingCallReply → Established; from any of the last two AwaitingDisconnect → AwaitingStopReply →
/// Closed, with short cuts when the server ends it first.
/// </remarks>
internal abstract record PptpState
{
    private PptpState()
    {
    }

    /// <summary>When the machine wants to be called at the latest.</summary>
    public virtual TimeSpan? Deadline => null;

    public sealed record Idle : PptpState;

    public sealed record AwaitingStartReply(TimeSpan Until) : PptpState
    {
        public override TimeSpan? Deadline => Until;
    }

    public sealed record AwaitingCallReply(TimeSpan Until) : PptpState
    {
        public override TimeSpan? Deadline => Until;
    }

    /// <param name="ServerCallId">Key of the packets to the server; 0 is a good one.</param>
    /// <param name="Echo">The keep-alive.</param>
    public sealed record Established(ushort ServerCallId, EchoState Echo) : PptpState
    {
        public override TimeSpan? Deadline => Echo.Deadline;
    }

    /// <summary>Call-Clear-Request is sent.</summary>
    /// <param name="Until">End of the wait for the server's Call-Disconnect-Notify.</param>
    /// <param name="End">End of the whole farewell.</param>
    public sealed record AwaitingDisconnect(TimeSpan Until, TimeSpan End) : PptpState
    {
        public override TimeSpan? Deadline => Until;
    }

    /// <summary>Stop-Control-Connection-Request is sent.</summary>
    public sealed record AwaitingStopReply(TimeSpan Until) : PptpState
    {
        public override TimeSpan? Deadline => Until;
    }

    public sealed record Closed : PptpState;
}
