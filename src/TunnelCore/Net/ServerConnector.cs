using System.Net;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>The real <see cref="IServerConnector"/>.</summary>
public sealed class ServerConnector : IServerConnector
{
    private readonly TunnelTimeouts _timeouts;
    private readonly ILogger _log;
    private readonly NameLookup _lookup;
    private readonly TimeProvider _time;

    public ServerConnector(TunnelTimeouts timeouts, ILogger log)
        : this(timeouts, log, NameLookup.System, TimeProvider.System)
    {
    }

    internal ServerConnector(TunnelTimeouts timeouts, ILogger log, NameLookup lookup, TimeProvider time)
    {
        (_timeouts, _log, _lookup, _time) = (timeouts, log, lookup, time);
    }

    public async Task<ITlsConnection> ConnectAsync(ServerEndpoint server, TlsOptions tls, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(tls);
        string wanted = WantedName(server, tls);
        // Files first: a mistyped path is the user's to correct, whatever the network says.
        using TrustAnchors anchors = TrustAnchors.Load(tls);
        CertificateJudge judge = new(anchors, RevocationLists.Load(tls), wanted, _time);
        SocketStream stream = await DialAsync(server, cancellation).ConfigureAwait(false);
        TlsHandshake handshake = new(server, tls, wanted, judge, _timeouts.TlsHandshake, _log);
        return await handshake.RunAsync(stream, cancellation).ConfigureAwait(false);
    }

    private async Task<SocketStream> DialAsync(ServerEndpoint server, CancellationToken cancellation)
    {
        IPAddress[] addresses = server.Literal is { } literal
            ? [literal]
            : await _lookup.ResolveAsync(server.Host, _timeouts.NameLookup, cancellation).ConfigureAwait(false);
        if (server.Literal is null)
        {
            NetLog.Resolved(_log, server.Host, addresses.Length, addresses[0]);
        }
        SocketStream stream = await new TcpDialer(_timeouts).ConnectAsync(addresses, server.Port, cancellation).ConfigureAwait(false);
        NetLog.Connected(_log, stream.RemoteEndPoint);
        return stream;
    }

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
