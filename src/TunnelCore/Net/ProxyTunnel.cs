using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Wire.Http;

namespace TunnelCore.Net;

/// <summary>A connection to a server through an HTTP proxy: CONNECT, with one login when the proxy asks for it.</summary>
/// <remarks>
/// Credentials leave only after the proxy asked, in the strongest scheme that it offers. Each request has a connection of its own:
/// whatever body a refusal has need not be read, and what follows an answer is never taken for another's.
/// </remarks>
internal sealed class ProxyTunnel(ProxyOptions proxy, ServerDialer dialer, TunnelTimeouts timeouts, ILogger log)
{
    private const int ReadSize = 4096;
    private const int LoginWanted = 407;

    /// <summary>The stream whose next bytes are the server's. Throws TunnelException or OperationCanceledException.</summary>
    public async Task<SocketStream> OpenAsync(ServerEndpoint server, CancellationToken cancellation)
    {
        string authority = server.ToString();
        ProxyLogin login = new(proxy);
        byte[] authorization = [];
        // ProxyLogin answers twice at most.
        while (true)
        {
            SocketStream stream = await DialAsync(cancellation).ConfigureAwait(false);
            HttpReply reply;
            try
            {
                byte[] request = ConnectRequest.Build(authority, authorization);
                CryptographicOperations.ZeroMemory(authorization);
                reply = await AskAsync(stream, request, server, cancellation).ConfigureAwait(false);
                CryptographicOperations.ZeroMemory(request);
            }
            catch
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                throw;
            }
            if (reply.Status is >= 200 and < 300)
            {
                NetLog.ProxyConnected(log, server, proxy.Server);
                return stream;
            }
            await stream.DisposeAsync().ConfigureAwait(false);
            if (reply.Status != LoginWanted)
            {
                throw new TunnelException(ProxyVerdict.Refused(proxy.Server, server, reply));
            }
            authorization = login.Answer(reply, authority);
            NetLog.ProxyLogin(log, proxy.Server, login.Scheme);
        }
    }

    private async Task<SocketStream> DialAsync(CancellationToken cancellation)
    {
        try
        {
            return await dialer.DialAsync(proxy.Server, cancellation).ConfigureAwait(false);
        }
        catch (TunnelException exception)
        {
            throw new TunnelException(ProxyVerdict.Unreachable(proxy.Server, exception.Failure), exception);
        }
    }

    private async Task<HttpReply> AskAsync(SocketStream stream, byte[] request, ServerEndpoint server, CancellationToken cancellation)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeouts.ProxyReply);
        HttpReplyParser parser = new();
        try
        {
            await stream.WriteAsync(request, deadline.Token).ConfigureAwait(false);
            return await ReadReplyAsync(stream, parser, server, deadline.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException exception) when (!cancellation.IsCancellationRequested)
        {
            string waited = string.Create(CultureInfo.InvariantCulture, $"{timeouts.ProxyReply.TotalSeconds:0.#} s");
            throw new TunnelException(Cause.ProxyTimeout, $"{proxy.Server}: waited {waited}{After(parser)}", exception);
        }
        catch (SocketErrorException exception)
        {
            throw new TunnelException(Cause.ProxyClosed, $"{proxy.Server}: {exception.Message}{After(parser)}", exception);
        }
    }

    private async Task<HttpReply> ReadReplyAsync(SocketStream stream, HttpReplyParser parser, ServerEndpoint server, CancellationToken cancellation)
    {
        byte[] buffer = new byte[ReadSize];
        while (true)
        {
            int read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                throw new TunnelException(Cause.ProxyClosed, $"{proxy.Server}{After(parser)}");
            }
            HttpParse result = parser.Feed(buffer.AsSpan(0, read), out int consumed);
            if (result == HttpParse.Complete)
            {
                HttpReply reply = parser.Reply!;
                // In TLS the client speaks first: whatever says something already is another kind of server.
                return reply.Status is >= 200 and < 300 && consumed < read
                    ? throw new TunnelException(Cause.TlsNotTls, $"{server}: it said {ProxyVerdict.Quote(buffer.AsSpan(consumed, read - consumed))}")
                    : reply;
            }
            if (result != HttpParse.NeedMore)
            {
                throw new TunnelException(ProxyVerdict.Rejected(proxy.Server, result, [.. parser.Head, .. buffer.AsSpan(consumed, read - consumed)]));
            }
        }
    }

    private static string After(HttpReplyParser parser) => parser.Head.IsEmpty ? "" : $", after {ProxyVerdict.Quote(parser.Head)}";
}
