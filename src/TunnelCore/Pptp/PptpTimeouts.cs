namespace TunnelCore.Pptp;

/// <summary>Waits of the control connection and of the packet path. Those of an attempt add up to less than a caller's 60 s.</summary>
public sealed record PptpTimeouts
{
    /// <summary>Start-Control-Connection-Request to its reply.</summary>
    public TimeSpan StartReply { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Outgoing-Call-Request to its reply.</summary>
    public TimeSpan CallReply { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Silence on the control connection before an Echo-Request; zero = no Echo-Requests.</summary>
    public TimeSpan EchoInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Echo-Request to its reply.</summary>
    public TimeSpan EchoReply { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Everything that the farewell after a failure may take.</summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The call is up and packets go out, but none come in.</summary>
    public TimeSpan GreSilence { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The server's kernel keeps answering that it speaks no GRE.</summary>
    public TimeSpan GreUnreachable { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Every attempt to send fails.</summary>
    public TimeSpan GreSendFailure { get; init; } = TimeSpan.FromSeconds(10);
}
