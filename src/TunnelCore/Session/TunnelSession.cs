using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Session;

/// <summary>
/// One tunnel: a transport and a PPP engine, from the first packet to the last process. The first reason to end wins; whatever
/// fails later on the way down is logged and changes nothing.
/// </summary>
/// <remarks>
/// <see cref="RunAsync"/> is the whole story in order: prepare the engine while the transport connects, start PPP, answer its
/// events, tear down. Frames never pass through here: transport and engine hand them to each other on their own threads.
/// </remarks>
public sealed partial class TunnelSession : ITunnel
{
    private readonly TunnelOptions _options;
    private readonly ITransport _transport;
    private readonly IPppEngine _engine;
    private readonly TimeProvider _time;
    private readonly ILogger<TunnelSession> _logger;
    private readonly Channel<TunnelEvent> _events = Channel.CreateUnbounded<TunnelEvent>(new() { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly long _origin;
    private volatile TaskCompletionSource _pathChanged = Signal();
    private Failure? _reason;
    private Task _run = Task.CompletedTask;
    private int _started;

    public TunnelSession(TunnelOptions options, ITransport transport, IPppEngine engine, TimeProvider time, ILogger<TunnelSession> logger)
    {
        _options = options;
        _transport = transport;
        _engine = engine;
        _time = time;
        _origin = time.GetTimestamp();
        _logger = logger;
        transport.PathChanged = () => _pathChanged.TrySetResult();
    }

    public ChannelReader<TunnelEvent> Events => _events.Reader;

    /// <summary>Monotonic: a clock that is set while we wait must not end a connection.</summary>
    private TimeSpan Now => _time.GetElapsedTime(_origin);

    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _run = Task.Run(RunAsync);
        }
    }

    public void Stop(Failure reason)
    {
        if (Interlocked.CompareExchange(ref _reason, reason, null) is null)
        {
            _logger.Ending(reason.Info.Code);
            // Off the caller's thread: cancellation runs the continuations of whoever waits.
            _ = _ending.CancelAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Stop(new Failure(Cause.Cancelled));
        await _run.ConfigureAwait(false);
        await _engine.DisposeAsync().ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task RunAsync()
    {
        NetworkState network = new();
        try
        {
            await ConnectAsync().ConfigureAwait(false);
            await FollowAsync(network).ConfigureAwait(false);
        }
        catch (TunnelException e)
        {
            Stop(e.Failure);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // Stop has been called; its reason stands.
        }
        catch (Exception e)
        {
            // A defect of ours must still take the tunnel down in order and be said.
            _logger.Defect(e);
            Stop(new Failure(Cause.InternalError, e.Message));
        }

        await TearDownAsync().ConfigureAwait(false);
        _logger.Ended(_reason!.Info.Code);
        Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Down));
        Emit(new TunnelEvent.Down(_reason, network.WasUp));
        _events.Writer.Complete();
    }

    /// <summary>The engine gets ready while the transport connects; the first failure of the two ends both.</summary>
    private async Task ConnectAsync()
    {
        Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Connecting));
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        Task prepare = _engine.PrepareAsync(both.Token);
        Task connect = _transport.ConnectAsync(both.Token);
        Task first = await Task.WhenAny(prepare, connect).ConfigureAwait(false);
        if (first == connect && first.IsCompletedSuccessfully)
        {
            first = await Task.WhenAny(prepare, _transport.Completion).ConfigureAwait(false);
        }
        else if (first == prepare && first.IsCompletedSuccessfully)
        {
            await StopIfEngineEndsAsync(connect).ConfigureAwait(false);
        }

        if (first == _transport.Completion)
        {
            // A server that ends the call while the engine still gets ready.
            Stop(await _transport.Completion.ConfigureAwait(false));
        }
        else if (!first.IsCompletedSuccessfully)
        {
            NoteFailure(first);
            await both.CancelAsync().ConfigureAwait(false);
        }

        Task all = Task.WhenAll(prepare, connect);
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        NoteFailure(prepare);
        NoteFailure(connect);
        _ending.Token.ThrowIfCancellationRequested();
        await all.ConfigureAwait(false);
    }

    /// <summary>An engine that ends while the transport still connects has nobody to wait for.</summary>
    private async Task StopIfEngineEndsAsync(Task connect)
    {
        using CancellationTokenSource connected = new();
        Task<Failure?> ends = EngineEndAsync(connected.Token);
        await Task.WhenAny(connect, ends).ConfigureAwait(false);
        await connected.CancelAsync().ConfigureAwait(false);
        if (await ends.ConfigureAwait(false) is { } failure)
        {
            Stop(failure);
        }
    }

    /// <summary>Looks at what the engine says first, and leaves it there. Null when that is not its end.</summary>
    private async Task<Failure?> EngineEndAsync(CancellationToken cancellation)
    {
        try
        {
            await _engine.Events.WaitToReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        return _engine.Events.TryPeek(out PppEvent? e) && e is PppEvent.Ended(var failure) ? failure : null;
    }

    private void NoteFailure(Task task)
    {
        if (task is { IsFaulted: true, Exception.InnerException: TunnelException e })
        {
            Stop(e.Failure);
        }
    }

    /// <summary>
    /// Engine first while the transport still carries its LCP Terminate. The transport follows when the engine has ended or its
    /// time for that is over: an engine that takes longer may be waiting for a server that does not read. A transport that is down
    /// already leaves the engine nobody to say goodbye to.
    /// </summary>
    private async Task TearDownAsync()
    {
        Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Closing));
        TimeSpan goodbye = _transport.Completion.IsCompleted ? TimeSpan.Zero : _options.Timeouts.Close / 2;
        Task engine = QuietlyAsync(() => _engine.StopAsync(goodbye));
        await Task.WhenAny(engine, Task.Delay(goodbye, _time)).ConfigureAwait(false);
        await QuietlyAsync(() => _transport.CloseAsync(_options.Timeouts.Close / 4, _reason)).ConfigureAwait(false);
        await engine.ConfigureAwait(false);
        while (_engine.Events.TryRead(out PppEvent? unread))
        {
            (unread as PppEvent.Authenticated)?.Keys.Dispose();
        }
    }

    private async Task QuietlyAsync(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _logger.Defect(e);
        }
    }

    private void Emit(TunnelEvent e) => _events.Writer.TryWrite(e);
}
