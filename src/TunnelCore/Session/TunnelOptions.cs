using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;

namespace TunnelCore.Session;

/// <summary>One tunnel, fully described; made by the profile of the service or by the options of a program.</summary>
public sealed record TunnelOptions
{
    public required TunnelProtocol Protocol { get; init; }

    public required ServerEndpoint Server { get; init; }

    /// <summary>HTTP proxy on the way to an SSTP server; null = none. PPTP cannot go through one.</summary>
    public ProxyOptions? Proxy { get; init; }

    public TlsOptions Tls { get; init; } = new();

    /// <summary>What a PPTP client says of itself, and its waits; of no meaning for SSTP.</summary>
    public PptpOptions Pptp { get; init; } = new();

    public required PppOptions Ppp { get; init; }

    /// <summary>What the sockets of a PPTP tunnel are tied to; SSTP's are free.</summary>
    public SocketBinding Binding { get; init; } = SocketBinding.None;

    /// <summary>Correlation id for the server's logs (SSTPCORRELATIONID); null = a fresh one.</summary>
    public Guid? CorrelationId { get; init; }

    /// <summary>The correlation id as text, sent as it is, instead of <see cref="CorrelationId"/>; visible ASCII.</summary>
    public string? CorrelationText { get; init; }

    public TunnelTimeouts Timeouts { get; init; } = TunnelTimeouts.Default;

    /// <summary>Overwrites every secret in it; the tunnels made from it must have ended.</summary>
    public void WipeSecrets()
    {
        Ppp.Password?.Dispose();
        Ppp.Certificate?.Passphrase?.Dispose();
        Proxy?.Password?.Dispose();
    }
}
