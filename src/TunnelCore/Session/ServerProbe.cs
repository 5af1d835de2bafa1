using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pppd;
using TunnelCore.Transport;

namespace TunnelCore.Session;

/// <summary>
/// Goes the way to an SSTP server step by step and says what it saw. Each method throws <see cref="TunnelException"/> where the
/// way ends, and leaves nothing open.
/// </summary>
public sealed class ServerProbe(ServerEndpoint server, TlsOptions tls)
{
    private static readonly TunnelTimeouts s_timeouts = TunnelTimeouts.Default;

    public static string FindPppd() => PppdFiles.FindPppd(PppdSettings.Default);

    public static string FindPppdPlugin() => PppdFiles.FindPlugin(PppdSettings.Default);

    /// <summary>The server's addresses.</summary>
    public async Task<string> ResolveAsync(CancellationToken cancellation)
    {
        if (server.Literal is { } literal)
        {
            return $"{literal} (an address, no lookup)";
        }

        return string.Join(", ", (object[])await NameLookup.System.ResolveAsync(server.Host, s_timeouts.NameLookup, cancellation).ConfigureAwait(false));
    }

    /// <summary>TCP and TLS, certificate judged: the address that answered and the certificate's fingerprint.</summary>
    public async Task<string> HandshakeAsync(CancellationToken cancellation)
    {
        using ITlsConnection connection = await Connector().ConnectAsync(server, tls, cancellation).ConfigureAwait(false);
        string fingerprint = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(connection.ServerCertificate.Span));
        return $"{connection.RemoteEndPoint}, certificate SHA-256 {fingerprint}";
    }

    /// <summary>HTTP and SSTP up to the point where PPP would start; then says goodbye.</summary>
    public async Task<string> CallAsync(CancellationToken cancellation)
    {
        SstpTransport transport = new(Connector(), server, tls, null, s_timeouts, TimeProvider.System, NullLogger.Instance);
        await using (transport.ConfigureAwait(false))
        {
            await transport.ConnectAsync(cancellation).ConfigureAwait(false);
            await transport.CloseAsync(s_timeouts.Close).ConfigureAwait(false);
            return $"the server takes SSTP calls (correlation id {transport.CorrelationId})";
        }
    }

    private static ServerConnector Connector() => new(s_timeouts, NullLogger.Instance);
}
