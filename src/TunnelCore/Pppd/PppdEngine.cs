using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Net;
using Win32Exception = System.ComponentModel.Win32Exception;

namespace TunnelCore.Pppd;

/// <summary>
/// pppd as PPP engine. pppd runs on a pty whose other end is ours, or on a channel of the kernel, tells what it does through our
/// plugin, and is supervised by one thread until it is reaped. Held by its plugin before the link starts, until Start.
/// </summary>
public sealed partial class PppdEngine : IPppEngine
{
    private static readonly TimeSpan s_lastResort = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_afterLineIsGone = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_beforeStart = TimeSpan.FromMilliseconds(500); // pppd has little to clean up by then
    private readonly PppOptions _options;
    private readonly PppdSettings _settings;
    private readonly ILogger _logger;
    private readonly Channel<PppEvent> _events = Channel.CreateUnbounded<PppEvent>(new() { SingleReader = true });
    private readonly TaskCompletionSource _hello = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Failure> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServerWords _words = new();
    private readonly Lock _lock = new();
    private Resources? _resources;
    private bool _prepared;
    private bool _begun;

    public PppdEngine(PppOptions options, PppdSettings settings, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        _options = options;
        _settings = settings;
        _logger = logger;
    }

    public ChannelReader<PppEvent> Events => _events.Reader;

    /// <summary>Process id of pppd, for tests and diagnostics; 0 before it was started.</summary>
    public int ProcessId => _resources?.Process.Pid ?? 0;

    public async Task PrepareAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using PppdCertificate? certificate = await LoadCertificateAsync(cancellation).ConfigureAwait(false);
        lock (_lock)
        {
            if (_prepared)
            {
                throw new InvalidOperationException("An engine is for one connection.");
            }

            _prepared = true;
            try
            {
                // Under the lock: who stops us meanwhile must find what there is to stop.
                _resources = Resources.Open(_options, certificate, _settings, _logger);
            }
            catch (TunnelException e)
            {
                Finish(e.Failure);
                throw;
            }
        }

        new Thread(Supervise) { IsBackground = true, Name = "pppd supervisor" }.Start();
        if (PppdSystemOptions.Harmful() is { Count: > 0 } harmful)
        {
            _logger.SystemOptions(string.Join(' ', harmful), PppdSystemOptions.Path);
        }

        try
        {
            Task first = await Task.WhenAny(_hello.Task, _ended.Task).WaitAsync(_settings.Hello, cancellation).ConfigureAwait(false);
            if (first == _ended.Task)
            {
                throw new TunnelException(await _ended.Task.ConfigureAwait(false));
            }
        }
        catch (TimeoutException e)
        {
            Failure silent = new(Cause.EngineSilent, $"within {_settings.Hello.TotalSeconds:0.#} s");
            await EndAsync(silent, s_beforeStart).ConfigureAwait(false);
            throw new TunnelException(silent, e);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(new Failure(Cause.Cancelled), s_beforeStart).ConfigureAwait(false);
            throw;
        }
    }

    public IFrameReceiver Start(IFrameSink uplink, PathTraits path = default)
    {
        ArgumentNullException.ThrowIfNull(uplink);
        lock (_lock)
        {
            Resources run = Begin();
            PtyPair pty = OpenPty(run);
            PppdDownlink downlink = new(pty.Master, run.Stop, _words, _logger);
            run.Downlink = downlink;
            if (_ended.Task.IsCompleted)
            {
                pty.Dispose();
                downlink.Close();
                return downlink;
            }

            run.Uplink = new PppdUplink(pty.Master, uplink, run.Stop, downlink.SetReady, _logger);
            run.Uplink.Start();
            run.Callback.SendStart(path);
            return downlink;
        }
    }

    public void Start(IKernelLink link, PathTraits path = default)
    {
        ArgumentNullException.ThrowIfNull(link);
        lock (_lock)
        {
            Resources run = Begin();
            if (run.Pty is not null)
            {
                throw new InvalidOperationException("pppd was not started to ask for its line.");
            }

            run.KernelLink = link;
            run.Line = new PppdLine.Kernel(link);
            if (!_ended.Task.IsCompleted)
            {
                run.Callback.SendStart(path);
            }
        }
    }

    public void ConfirmAuthenticated() => _resources?.Callback.Send(CallbackMessageType.Continue);

    public Task StopAsync(TimeSpan budget) => EndAsync(new Failure(Cause.Cancelled), budget);

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero).ConfigureAwait(false);

    private async Task<PppdCertificate?> LoadCertificateAsync(CancellationToken cancellation)
    {
        try
        {
            return _options.Certificate is { } login
                ? await FileWork.RunAsync(() => PppdCertificate.Load(login), cancellation).ConfigureAwait(false)
                : null;
        }
        catch (TunnelException e)
        {
            Finish(e.Failure);
            throw;
        }
    }

    private Resources Begin()
    {
        Resources run = _resources ?? throw new InvalidOperationException("PrepareAsync comes first.");
        if (_begun)
        {
            throw new InvalidOperationException("The link has been started already.");
        }

        _begun = true;
        return run;
    }

    private static PtyPair OpenPty(Resources run)
    {
        try
        {
            return run.TakePty();
        }
        catch (Win32Exception e)
        {
            throw new TunnelException(Cause.EngineMissing, $"no pty: {e.Message}", e);
        }
    }

    private async Task EndAsync(Failure failure, TimeSpan budget)
    {
        lock (_lock)
        {
            if (_resources is null)
            {
                _prepared = true;
                Finish(failure);
                return;
            }
        }

        Decide(ServerReason() ?? failure);
        _resources.Process.Kill(Libc.SignalTerminate);
        if (budget > TimeSpan.Zero && await EndsWithinAsync(budget).ConfigureAwait(false))
        {
            return;
        }

        // Without a line pppd has nobody to wait for, and still cleans up behind itself.
        HangUp(_resources);
        if (!await EndsWithinAsync(s_afterLineIsGone).ConfigureAwait(false))
        {
            PppdLog.Killed(_logger);
            _resources.Process.Kill(Libc.SignalKill);
            await EndsWithinAsync(s_lastResort).ConfigureAwait(false);
        }
    }

    /// <summary>What the server has said itself about the end, while pppd is still busy with it; null when it said nothing.</summary>
    private Failure? ServerReason()
    {
        if (_words.Refusal is { } refusal)
        {
            return refusal;
        }

        lock (_history)
        {
            return _history.WasRunning && _words.Farewell is { } farewell ? new Failure(Cause.PeerEnded, farewell) : null;
        }
    }

    private void HangUp(Resources run)
    {
        lock (_lock)
        {
            if (!_ended.Task.IsCompleted)
            {
                run.HangUp();
            }
        }
    }

    private async Task<bool> EndsWithinAsync(TimeSpan time)
    {
        try
        {
            await _ended.Task.WaitAsync(time).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Finish(Failure failure)
    {
        _events.Writer.TryWrite(new PppEvent.Ended(failure));
        _events.Writer.TryComplete();
        _ended.TrySetResult(failure);
    }
}
