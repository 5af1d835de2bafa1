using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Transport;

namespace TunnelCore.Session;

/// <summary>
/// Goes the way to a server step by step and says what it saw. Each method throws <see cref="TunnelException"/> where the way ends,
/// and leaves nothing open.
/// </summary>
public sealed class ServerProbe
{
    private static readonly TunnelTimeouts s_timeouts = TunnelTimeouts.Default;

    private readonly ServerEndpoint _server;
    private readonly TlsOptions _tls;
    private readonly ProxyOptions? _proxy;

    /// <param name="server">The VPN server.</param>
    /// <param name="tls">How its TLS is judged; of no meaning for PPTP.</param>
    /// <param name="proxy">HTTP proxy on the way; null = none.</param>
    public ServerProbe(ServerEndpoint server, TlsOptions tls, ProxyOptions? proxy = null) => (_server, _tls, _proxy) = (server, tls, proxy);

    /// <summary>Who is dialled: the proxy where there is one.</summary>
    private ServerEndpoint First => _proxy?.Server ?? _server;

    /// <summary>Addresses of whom is dialled.</summary>
    public async Task<string> ResolveAsync(CancellationToken cancellation)
    {
        string who = _proxy is null ? "" : $"proxy {First.Host}: ";
        if (First.Literal is { } literal)
        {
            return $"{who}{literal} (an address, no lookup)";
        }

        return who + string.Join(", ", (object[])await NameLookup.System.ResolveAsync(First.Host, s_timeouts.NameLookup, cancellation).ConfigureAwait(false));
    }

    /// <summary>Which of this machine's addresses and interfaces the packets leave by.</summary>
    public async Task<string> RouteAsync(CancellationToken cancellation)
    {
        System.Net.IPAddress target = First.Literal
            ?? (await NameLookup.System.ResolveAsync(First.Host, s_timeouts.NameLookup, cancellation).ConfigureAwait(false))[0];
        return RouteProbe.Describe(target, First.Port);
    }

    /// <summary>TCP alone: the address that answered, and how fast.</summary>
    public async Task<string> DialAsync(CancellationToken cancellation)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        ServerDialer dialer = new(s_timeouts, NameLookup.System, NullLogger.Instance);
        SocketStream stream = await dialer.DialAsync(First, cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
            return string.Create(CultureInfo.InvariantCulture, $"{stream.RemoteEndPoint} answered in {took.TotalMilliseconds:0} ms");
        }
    }

    /// <summary>The proxy's CONNECT, login included.</summary>
    public async Task<string> ProxyAsync(CancellationToken cancellation)
    {
        ProxyOptions proxy = _proxy ?? throw new InvalidOperationException("There is no proxy.");
        ServerDialer dialer = new(s_timeouts, NameLookup.System, NullLogger.Instance);
        SocketStream stream = await new ProxyTunnel(proxy, dialer, s_timeouts, NullLogger.Instance).OpenAsync(_server, cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return $"{proxy.Server} connects to {_server}";
        }
    }

    /// <summary>TLS, certificate judged: version, cipher, names, chain, dates, fingerprint.</summary>
    public async Task<string> HandshakeAsync(CancellationToken cancellation)
    {
        using ITlsConnection connection = await Connector().ConnectAsync(_server, _tls, cancellation).ConfigureAwait(false);
        return (connection as TlsConnection)?.Summary is { } tls
            ? $"{tls.Version}, {tls.Cipher}; certificate for {tls.Names} until {tls.Until:yyyy-MM-dd}; chain {string.Join(" < ", tls.Chain)}; SHA-256 fingerprint {tls.Fingerprint}"
            : $"{connection.RemoteEndPoint}";
    }

    /// <summary>HTTP and SSTP up to the point where PPP would start; then says goodbye.</summary>
    public async Task<string> CallAsync(CancellationToken cancellation)
    {
        SstpTransport transport = new(Connector(), _server, _tls, null, s_timeouts, TimeProvider.System, NullLogger.Instance);
        await using (transport.ConfigureAwait(false))
        {
            await transport.ConnectAsync(cancellation).ConfigureAwait(false);
            await transport.CloseAsync(s_timeouts.Close).ConfigureAwait(false);
            return $"the server takes SSTP calls (correlation id {transport.CorrelationId})";
        }
    }

    private ServerConnector Connector() => new(s_timeouts, NullLogger.Instance, _proxy);
}
