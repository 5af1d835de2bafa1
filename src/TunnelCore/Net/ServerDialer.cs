using System.Net;
using Microsoft.Extensions.Logging;
using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>Name lookup, then TCP over all addresses.</summary>
internal sealed class ServerDialer(TunnelTimeouts timeouts, NameLookup lookup, ILogger log)
{
    private const int MaxShown = 4;

    /// <summary>Throws TunnelException with the cause, or OperationCanceledException.</summary>
    public async Task<SocketStream> DialAsync(ServerEndpoint server, CancellationToken cancellation)
    {
        IPAddress[] addresses = server.Literal is { } literal
            ? [literal]
            : await lookup.ResolveAsync(server.Host, timeouts.NameLookup, cancellation).ConfigureAwait(false);
        if (server.Literal is null)
        {
            NetLog.Resolved(log, server.Host, string.Join(", ", addresses.Take(MaxShown)) + (addresses.Length > MaxShown ? ", ..." : ""));
        }
        SocketStream stream = await new TcpDialer(timeouts).ConnectAsync(addresses, server.Port, cancellation).ConfigureAwait(false);
        NetLog.Connected(log, stream.RemoteEndPoint);
        return stream;
    }
}
