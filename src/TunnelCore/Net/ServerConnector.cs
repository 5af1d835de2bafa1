using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>The real <see cref="IServerConnector"/>.</summary>
public sealed class ServerConnector : IServerConnector
{
    private readonly TunnelTimeouts _timeouts;
    private readonly ILogger _log;
    private readonly ServerDialer _dialer;
    private readonly TimeProvider _time;
    private readonly ProxyOptions? _proxy;

    /// <param name="timeouts">Deadlines.</param>
    /// <param name="log">Log.</param>
    /// <param name="proxy">HTTP proxy to go through; null = none.</param>
    public ServerConnector(TunnelTimeouts timeouts, ILogger log, ProxyOptions? proxy = null)
        : this(timeouts, log, NameLookup.System, TimeProvider.System, proxy)
    {
    }

    internal ServerConnector(TunnelTimeouts timeouts, ILogger log, NameLookup lookup, TimeProvider time, ProxyOptions? proxy = null)
    {
        (_timeouts, _log, _time, _proxy) = (timeouts, log, time, proxy);
        _dialer = new ServerDialer(timeouts, lookup, log);
    }

    public async Task<ITlsConnection> ConnectAsync(ServerEndpoint server, TlsOptions tls, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(tls);
        string wanted = WantedName(server, tls);
        // Files first: a mistyped path is the user's to correct, whatever the network says.
        using TlsFiles files = await TlsFiles.LoadAsync(tls, cancellation).ConfigureAwait(false);
        CertificateJudge judge = new(files.Anchors, files.Revocations, wanted, _time);
        SocketStream stream = await DialAsync(server, cancellation).ConfigureAwait(false);
        TlsHandshake handshake = new(server, tls, wanted, judge, _timeouts.TlsHandshake, _log);
        return await handshake.RunAsync(stream, cancellation).ConfigureAwait(false);
    }

    /// <summary>Through a proxy the server's name is the proxy's to look up.</summary>
    private Task<SocketStream> DialAsync(ServerEndpoint server, CancellationToken cancellation) => _proxy is null
        ? _dialer.DialAsync(server, cancellation)
        : new ProxyTunnel(_proxy, _dialer, _timeouts, _log).OpenAsync(server, cancellation);

    private static string WantedName(ServerEndpoint server, TlsOptions tls)
    {
        if (string.IsNullOrEmpty(tls.ExpectedName))
        {
            return server.Host;
        }
        if (HostName.ParseLiteral(tls.ExpectedName) is not null)
        {
            return tls.ExpectedName;
        }
        return HostName.Normalize(tls.ExpectedName, out string? error)
            ?? throw new TunnelException(Cause.BadKey, $"for the expected host name \"{PrintableText.From(tls.ExpectedName)}\" is not usable: {error}");
    }
}
