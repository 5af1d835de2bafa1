namespace TunnelCore.Link;

/// <summary>Deadlines of a connection attempt and of a running tunnel. The defaults fit callers that give up after 60 s.</summary>
public sealed record TunnelTimeouts
{
    public static TunnelTimeouts Default { get; } = new();

    public TimeSpan NameLookup { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Per address.</summary>
    public TimeSpan TcpConnect { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>All addresses together.</summary>
    public TimeSpan TcpTotal { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Head start of one address before the next is tried beside it (RFC 8305).</summary>
    public TimeSpan NextAddress { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>An HTTP proxy's answer to one request; it connects to the server meanwhile.</summary>
    public TimeSpan ProxyReply { get; init; } = TimeSpan.FromSeconds(20);

    public TimeSpan TlsHandshake { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan HttpReply { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Call Connect Request to Ack.</summary>
    public TimeSpan SstpNegotiation { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Ack to authenticated.</summary>
    public TimeSpan Authentication { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Authenticated to the first network protocol.</summary>
    public TimeSpan NetworkProtocol { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>SSTP hello timer: silence until an Echo Request, and again until the peer counts as dead.</summary>
    public TimeSpan Hello { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Everything that closing may take.</summary>
    public TimeSpan Close { get; init; } = TimeSpan.FromSeconds(2);
}
