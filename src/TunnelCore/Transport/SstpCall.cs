using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Transport;

/// <summary>
/// Drives <see cref="SstpMachine"/> over a connection whose HTTP exchange is done: one thread reads, one timer ticks, the PPP
/// engine's thread writes. Owns the connection and disposes it on <see cref="CloseAsync"/>.
/// </summary>
internal sealed partial class SstpCall
{
    private readonly ITlsConnection _connection;
    private readonly TaskCompletionSource<Failure> _completion;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FrameFilter _filter = new();
    private readonly SstpWriter _writer;

    /// <param name="connection">Established; from here on used with blocking calls.</param>
    /// <param name="timers">Timers of the call.</param>
    /// <param name="buffer">Receive buffer, at least <see cref="MinBuffer"/> bytes; its first <paramref name="received"/> came behind the HTTP reply.</param>
    /// <param name="received">See <paramref name="buffer"/>.</param>
    /// <param name="completion">Gets the first reason why the call ends.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="logger">Log.</param>
    public SstpCall(
        ITlsConnection connection,
        SstpTimers timers,
        byte[] buffer,
        int received,
        TaskCompletionSource<Failure> completion,
        TimeProvider time,
        ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buffer.Length, MinBuffer);
        _connection = connection;
        _buffer = buffer;
        _received = received;
        _completion = completion;
        _time = time;
        _logger = logger;
        _origin = time.GetTimestamp();
        _machine = new SstpMachine(timers, connection.ServerCertificate);
        _writer = new SstpWriter(connection, OnWriteFailed);
        _timer = time.CreateTimer(static call => ((SstpCall)call!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Uplink = new SstpUplink(_writer, _filter);
    }

    public IFrameSink Uplink { get; }

    /// <summary>Sends Call Connect Request and waits for the Ack; throws <see cref="TunnelException"/> when there is none.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        Process(new SstpEvent.Opened());
        Thread downlink = new(RunDownlink) { Name = "sstp-downlink", IsBackground = true };
        downlink.Start();
        await Task.WhenAny(_negotiated.Task, _completion.Task).WaitAsync(cancellation).ConfigureAwait(false);
        ThrowIfEnded();
    }

    /// <inheritdoc cref="ITransport.Start"/>
    public void Start(IFrameReceiver receiver)
    {
        if (Interlocked.CompareExchange(ref _receiver, receiver, null) is not null)
        {
            throw new InvalidOperationException("The downlink has been started already.");
        }
        _receiverReady.TrySetResult();
    }

    /// <inheritdoc cref="ITransport.AuthenticatedAsync"/>
    public async Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation)
    {
        byte[] hlak = GC.AllocateUninitializedArray<byte>(Hlak.Size, pinned: true);
        try
        {
            Hlak.Derive(keys, hlak);
            // The hello timer starts now: what came before tells it nothing.
            Volatile.Write(ref _heard, 0);
            Process(new SstpEvent.Authenticated(hlak));
        }
        finally
        {
            System.Security.Cryptography.CryptographicOperations.ZeroMemory(hlak);
        }
        // Whoever holds the write lock before us has sent the message, or we do.
        await Task.Run(() => _writer.Write([]), CancellationToken.None).WaitAsync(cancellation).ConfigureAwait(false);
        ThrowIfEnded();
    }

    /// <summary>Says goodbye within <paramref name="budget"/>, cuts the connection and waits for the downlink thread. Once.</summary>
    public async Task CloseAsync(TimeSpan budget)
    {
        Failure stopped = new(Cause.Cancelled);
        Process(new SstpEvent.Stop(stopped));
        try
        {
            await _closed.Task.WaitAsync(budget < TimeSpan.Zero ? TimeSpan.Zero : budget, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Process(new SstpEvent.ConnectionEnded(stopped));
        }
        try
        {
            await _downlinkDone.Task.WaitAsync(s_downlinkGrace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _logger.DownlinkBusy(s_downlinkGrace.TotalSeconds);
        }
        _connection.Dispose();
    }

    private void ThrowIfEnded()
    {
        if (_completion.Task.IsCompleted)
        {
            throw new TunnelException(_completion.Task.Result);
        }
    }
}
