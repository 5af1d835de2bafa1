namespace TunnelCore.Pptp;

/// <summary>The keep-alive of an established control connection.</summary>
internal abstract record EchoState
{
    private EchoState()
    {
    }

    public abstract TimeSpan? Deadline { get; }

    /// <param name="SendAt">When silence has lasted long enough; null = no keep-alive.</param>
    public sealed record Quiet(TimeSpan? SendAt) : EchoState
    {
        public override TimeSpan? Deadline => SendAt;
    }

    /// <summary>An Echo-Request is under way.</summary>
    /// <param name="Until">When the wait ends.</param>
    /// <param name="PacketsBefore">GRE packets received when it was sent: more of them buy the server one more wait.</param>
    /// <param name="IsRetry">That one more wait.</param>
    public sealed record Waiting(TimeSpan Until, long PacketsBefore, bool IsRetry) : EchoState
    {
        public override TimeSpan? Deadline => Until;
    }
}
