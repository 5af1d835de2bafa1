using System.Net;
using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Sstp;
using TunnelCore.Wire.Http;

namespace TunnelCore.Transport;

/// <summary>SSTP: PPP frames over TLS (MS-SSTP). Dials, exchanges HTTP, then lets an <see cref="SstpCall"/> work.</summary>
/// <param name="connector">Dials and brings TLS up.</param>
/// <param name="server">Server as the user typed it.</param>
/// <param name="tls">How its TLS is judged.</param>
/// <param name="correlationId">For the server's logs; null = a fresh one.</param>
/// <param name="timeouts">Deadlines.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="logger">Log.</param>
internal sealed class SstpTransport(
    IServerConnector connector,
    ServerEndpoint server,
    TlsOptions tls,
    Guid? correlationId,
    TunnelTimeouts timeouts,
    TimeProvider time,
    ILogger logger) : ITransport
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource<Failure> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITlsConnection? _connection;
    private SstpCall? _call;
    private Task? _closing;

    /// <summary>As sent to the server and printed in the log.</summary>
    public Guid CorrelationId { get; } = correlationId ?? Guid.NewGuid();

    /// <summary>The correlation id as it is sent.</summary>
    public string CorrelationText
    {
        get => field ?? SstpHttpRequest.Format(CorrelationId);
        init;
    } = null!;

    public IPAddress ServerAddress => (_connection ?? throw NotConnected()).RemoteEndPoint.Address;

    /// <summary>A stream carries any length.</summary>
    public int? LargestPacket => null;

    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>Never called: TLS cuts packets as the path needs it.</summary>
    public Action? PathChanged
    {
        set
        {
        }
    }

    public Task<Failure> Completion => _completion.Task;

    public IFrameSink Uplink => (_call ?? throw NotConnected()).Uplink;

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _lifetime.Token);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            logger.Calling(server.ToString(), CorrelationText);
            byte[] request = BuildRequest();
            ITlsConnection connection = Adopt(await connector.ConnectAsync(server, tls, either.Token).ConfigureAwait(false));
            byte[] buffer = new byte[SstpCall.BufferSize];
            long asked = time.GetTimestamp();
            int received = await new SstpHttpExchange(connection, timeouts.HttpReply, time, logger)
                .RunAsync(request, buffer, either.Token).ConfigureAwait(false);
            long called = time.GetTimestamp();
            SstpCall call = Adopt(new SstpCall(connection, SstpTimers.From(timeouts), buffer, received, _completion, time, logger));
            await call.OpenAsync(either.Token).ConfigureAwait(false);
            // The quicker of two exchanges: a lost packet or a busy server makes one of them long.
            RoundTrip = TimeSpan.FromTicks(Math.Min(time.GetElapsedTime(asked, called).Ticks, time.GetElapsedTime(called).Ticks));
        }
        catch (TunnelException error)
        {
            // The first reason may be another one: then this is its consequence.
            _completion.TrySetResult(error.Failure);
            CutWithoutCall();
            throw;
        }
        catch (OperationCanceledException error) when (!cancellation.IsCancellationRequested)
        {
            throw new TunnelException(Cause.Cancelled, inner: error);
        }
        catch (OperationCanceledException)
        {
            CutWithoutCall();
            throw;
        }
    }

    public void Start(IFrameReceiver downlink) => (_call ?? throw NotConnected()).Start(downlink);

    public Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation) =>
        (_call ?? throw NotConnected()).AuthenticatedAsync(keys, cancellation);

    public Task CloseAsync(TimeSpan budget, Failure? why = null)
    {
        lock (_lock)
        {
            return _closing ??= CloseOnceAsync(_call, budget);
        }
    }

    /// <summary>Closes without a goodbye, unless <see cref="CloseAsync"/> came before.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);
        _lifetime.Dispose();
    }

    private async Task CloseOnceAsync(SstpCall? call, TimeSpan budget)
    {
        // Not under the caller's lock.
        await Task.Yield();
        if (call is null)
        {
            _completion.TrySetResult(new Failure(Cause.Cancelled));
        }
        await _lifetime.CancelAsync().ConfigureAwait(false);
        if (call is not null)
        {
            await call.CloseAsync(budget).ConfigureAwait(false);
            return;
        }
        CutWithoutCall();
    }

    /// <summary>The Host header carries what SNI carries: servers compare the two.</summary>
    private byte[] BuildRequest()
    {
        string host = tls.ExpectedName is { Length: > 0 } name ? name : server.Host;
        string? header = HostName.ParseLiteral(host) is not null
            ? new ServerEndpoint(host, server.Port).HostHeader
            : HostName.Normalize(host, out _);
        return header is not null
            ? SstpHttpRequest.Build(header, CorrelationText)
            : throw new TunnelException(Cause.NameNotFound, PrintableText.From(host));
    }

    /// <summary>Takes the connection over, unless the transport was closed while it came about.</summary>
    private ITlsConnection Adopt(ITlsConnection connection)
    {
        lock (_lock)
        {
            if (_closing is null)
            {
                return _connection = connection;
            }
        }
        connection.Dispose();
        throw new TunnelException(Cause.Cancelled);
    }

    private SstpCall Adopt(SstpCall call)
    {
        lock (_lock)
        {
            return _closing is null ? _call = call : throw new TunnelException(Cause.Cancelled);
        }
    }

    private void CutWithoutCall()
    {
        ITlsConnection? connection;
        lock (_lock)
        {
            connection = _call is null ? _connection : null;
        }
        connection?.Abort();
        connection?.Dispose();
    }

    private static InvalidOperationException NotConnected() => new("The transport is not connected.");
}
