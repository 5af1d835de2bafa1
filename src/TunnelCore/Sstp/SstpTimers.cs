using TunnelCore.Link;

namespace TunnelCore.Sstp;

/// <summary>Timers of the call (MS-SSTP 3.2.2), with shorter negotiation than the specification's 60 s.</summary>
internal sealed record SstpTimers
{
    /// <summary>Call Connect Request to Ack.</summary>
    public TimeSpan Negotiation { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Ack to the end of the PPP authentication.</summary>
    public TimeSpan Authentication { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Silence until an Echo Request, and from there until the server counts as dead.</summary>
    public TimeSpan Hello { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>We sent Call Abort and wait for the server's.</summary>
    public TimeSpan Abort1 { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Both sent Call Abort.</summary>
    public TimeSpan Abort2 { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>We sent Call Disconnect and wait for the Ack.</summary>
    public TimeSpan Disconnect1 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>We acknowledged the server's Call Disconnect.</summary>
    public TimeSpan Disconnect2 { get; init; } = TimeSpan.FromSeconds(1);

    public static SstpTimers From(TunnelTimeouts timeouts) => new()
    {
        Negotiation = timeouts.SstpNegotiation,
        Authentication = timeouts.Authentication,
        Hello = timeouts.Hello,
    };
}
