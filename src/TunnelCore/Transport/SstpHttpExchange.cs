using System.Globalization;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Net;
using TunnelCore.Sstp;
using TunnelCore.Wire.Http;

namespace TunnelCore.Transport;

/// <summary>The HTTP request and reply that open the SSTP stream.</summary>
internal sealed class SstpHttpExchange(ITlsConnection connection, TimeSpan limit, TimeProvider time, ILogger logger)
{
    /// <summary>Sends <paramref name="request"/> and reads the reply; throws <see cref="TunnelException"/> when it is not SSTP's.</summary>
    /// <param name="request">Bytes of the request.</param>
    /// <param name="buffer">Where the reading goes.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <returns>Bytes behind the reply, moved to the start of <paramref name="buffer"/>.</returns>
    public async Task<int> RunAsync(ReadOnlyMemory<byte> request, Memory<byte> buffer, CancellationToken cancellation)
    {
        using CancellationTokenSource deadline = new(limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        HttpReplyParser parser = new();
        try
        {
            await connection.WriteAsync(request, either.Token).ConfigureAwait(false);
            return await ReadReplyAsync(parser, buffer, either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not TunnelException && cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException("The HTTP exchange was cancelled.", error, cancellation);
        }
        catch (Exception error) when (error is not TunnelException && deadline.IsCancellationRequested)
        {
            throw new TunnelException(
                Cause.HttpTimeout, string.Create(CultureInfo.InvariantCulture, $"waited {limit.TotalSeconds:0.#} s{After(parser)}"), error);
        }
        catch (Exception error) when (error is not (TunnelException or OperationCanceledException))
        {
            throw Closed(error, parser);
        }
    }

    private async Task<int> ReadReplyAsync(HttpReplyParser parser, Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            int read = await connection.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                throw Closed(null, parser);
            }
            Memory<byte> piece = buffer[..read];
            switch (parser.Feed(piece.Span, out int consumed))
            {
                case HttpParse.NeedMore:
                    break;
                case HttpParse.Complete:
                    Judge(parser.Reply!);
                    piece[consumed..].CopyTo(buffer);
                    return read - consumed;
                case var rejected:
                    // What was taken ends at the first wrong byte; the rest of the piece says more about what answers there.
                    throw new TunnelException(HttpVerdict.Reject(rejected, [.. parser.Head, .. piece.Span[consumed..]]));
            }
        }
    }

    private TunnelException Closed(Exception? error, HttpReplyParser parser)
    {
        Failure end = connection.DescribeEnd(error);
        // With TLS 1.3 the handshake's last word can arrive only here.
        return end.Cause == Cause.TlsClientCertificate
            ? new TunnelException(end, error)
            : new TunnelException(Cause.HttpClosed, end.Detail + After(parser), error);
    }

    private void Judge(HttpReply reply)
    {
        if (HttpVerdict.Judge(reply) is { } failure)
        {
            throw new TunnelException(failure);
        }
        if (HttpVerdict.OddContentLength(reply) is { } odd)
        {
            logger.OddContentLength(odd);
        }
    }

    private static string After(HttpReplyParser parser) => parser.Head.IsEmpty ? "" : $", after {HttpVerdict.Quote(parser.Head)}";
}
