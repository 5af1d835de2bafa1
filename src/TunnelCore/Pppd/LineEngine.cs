using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>
/// A pppd that somebody else has started and that has us at the other end of its line (pppd's option pty). It cannot be asked
/// anything; what is known of it is what goes over the line, its end, and the keys that a plugin of it may tell.
/// </summary>
public sealed class LineEngine : IPppEngine
{
    /// <summary>A pppd that has started us a moment ago may not have its line in PPP mode yet, and would lose a frame.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(60);

    /// <summary>A pppd that was told to end at the same time as we says goodbye to the server within this time.</summary>
    private static readonly TimeSpan s_goodbyeGrace = TimeSpan.FromMilliseconds(250);

    /// <summary>Nobody has opened the other end of the line that we were told to hold.</summary>
    private static readonly TimeSpan s_slaveGrace = TimeSpan.FromSeconds(10);

    private readonly LineSettings _settings;
    private readonly ILogger _logger;
    private readonly Channel<PppEvent> _events = Channel.CreateUnbounded<PppEvent>(new() { SingleReader = true });
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServerWords _words = new();
    private readonly LineObserver _observer = new();
    private readonly Lock _lock = new();
    private readonly Bell _stop = new();
    private readonly Bell _started = new();
    private readonly long _created = Environment.TickCount64;
    private LineDescriptors? _line;
    private SstpKeySocket? _keySocket;
    private ILinePump? _pump;
    private bool _wasAuthenticated;

    public LineEngine(LineSettings settings, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _logger = logger;
    }

    /// <summary>Called once when the line closes before <see cref="Start"/>; there is no reader of events yet that would notice.</summary>
    public Action<Failure>? ClosedEarly { get; set; }

    /// <summary>The transport counts as up with <see cref="Start"/>: from then on pppd's end is no failure (PPTP).</summary>
    public bool IsUpWhenStarted { get; init; }

    public ChannelReader<PppEvent> Events => _events.Reader;

    public bool ReportsNetwork => false;

    public Task PrepareAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        try
        {
            _line = LineDescriptors.Open(_settings);
            if (_settings.KeySocket is { } path)
            {
                _keySocket = new SstpKeySocket(path, OnKeys, _logger);
                _keySocket.Listen();
            }
        }
        catch (TunnelException e)
        {
            Finish(e.Failure);
            throw;
        }

        new Thread(WatchUntilStart) { IsBackground = true, Name = "line watch" }.Start();
        return Task.CompletedTask;
    }

    /// <summary>The server that is connected, for a plugin that asks. Any thread.</summary>
    public void SetServer(string name, IPEndPoint address) => _keySocket?.SetServer(name, address);

    /// <summary>How long packets and waits may be is for the pppd and its words to say.</summary>
    public IFrameReceiver Start(IFrameSink uplink, PathTraits path = default)
    {
        ArgumentNullException.ThrowIfNull(uplink);
        LineDescriptors line = _line ?? throw new InvalidOperationException("PrepareAsync comes first.");
        lock (_lock)
        {
            _started.Ring();
            _pump = _settings.Synchronous
                ? new SyncPump(line, _words, _stop, OnLineClosed, _observer, _logger)
                : new HdlcPump(line, _words, _stop, OnLineClosed, _observer, _logger);
            if (_ended.Task.IsCompleted)
            {
                _pump.Close();
            }
            else
            {
                _pump.Start(uplink);
                _ = SettleAsync(_pump);
            }
        }

        return _pump.Downlink;
    }

    public void ConfirmAuthenticated()
    {
        _wasAuthenticated = true;
        _keySocket?.Confirm();
    }

    /// <summary>The line cannot be taken down from here; a pppd that says goodbye by itself gets the time for it.</summary>
    public async Task StopAsync(TimeSpan budget)
    {
        if (budget > TimeSpan.Zero && _pump is not null && !_ended.Task.IsCompleted)
        {
            TimeSpan grace = budget < s_goodbyeGrace ? budget : s_goodbyeGrace;
            await Task.WhenAny(_observer.Goodbye, _ended.Task, Task.Delay(grace)).ConfigureAwait(false);
            if (_observer.Goodbye.IsCompleted)
            {
                await Task.WhenAny(_ended.Task, Task.Delay(budget)).ConfigureAwait(false);
            }
        }

        if (_pump is not null && _observer.GoodbyeId is { } id && !_ended.Task.IsCompleted)
        {
            AnswerGoodbye(_pump, id);
            await Task.WhenAny(_ended.Task, Task.Delay(s_goodbyeGrace)).ConfigureAwait(false);
        }

        Finish(_words.Refusal ?? new Failure(Cause.Cancelled));
        CloseLine();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        _stop.Dispose();
        _started.Dispose();
    }

    private async Task SettleAsync(ILinePump pump)
    {
        TimeSpan age = TimeSpan.FromMilliseconds(Environment.TickCount64 - _created);
        if (age < s_settling)
        {
            await Task.Delay(s_settling - age).ConfigureAwait(false);
        }

        pump.SetReady();
        if (_line?.Slave is { } slave)
        {
            await Task.WhenAny(pump.FirstByte, _ended.Task, Task.Delay(s_slaveGrace)).ConfigureAwait(false);
            slave.Dispose();
        }
    }

    /// <summary>
    /// In the place of a server that has gone: pppd would ask again and again, and at last report a hangup instead of its own reason.
    /// </summary>
    private static void AnswerGoodbye(ILinePump pump, byte id)
    {
        pump.Downlink.Receive([0xFF, 0x03, 0xC0, 0x21, 6, id, 0, 4]);
        pump.Downlink.EndOfBatch();
    }

    private async Task OnKeys(PppKeys keys, Task confirmed)
    {
        _events.Writer.TryWrite(new PppEvent.Authenticated(keys));
        await confirmed.ConfigureAwait(false);
    }

    /// <summary>Thread: notices that the line closes while nobody reads it yet.</summary>
    private void WatchUntilStart()
    {
        LineDescriptors line = _line!;
        try
        {
            Span<PollEntry> entries =
            [
                new(line.Input, PollEvents.None), new(_started.Handle, PollEvents.In), new(_stop.Handle, PollEvents.In),
            ];
            while (Libc.Poll(entries, -1) is -Errno.EINTR)
            {
            }

            if (entries[0].Ready && !entries[1].Ready && !entries[2].Ready)
            {
                Failure failure = new(Cause.EngineDied, "it closed the line before the server had answered");
                Finish(failure);
                ClosedEarly?.Invoke(failure);
            }
        }
        catch (ObjectDisposedException)
        {
            // Stopped.
        }
    }

    /// <summary>On the pump's thread: pppd has closed its end.</summary>
    private void OnLineClosed() => Finish(_words.Refusal is { } refusal ? refusal
        : IsUpWhenStarted || _wasAuthenticated ? new Failure(Cause.Cancelled, "")
        : _words.Farewell is { } farewell ? new Failure(Cause.LcpFailed, farewell)
        : new Failure(Cause.EngineDied, "it closed the line before the login was over"));

    private void Finish(Failure failure)
    {
        if (_ended.TrySetResult())
        {
            _events.Writer.TryWrite(new PppEvent.Ended(failure));
            _events.Writer.TryComplete();
        }
    }

    private void CloseLine()
    {
        _stop.Ring();
        _keySocket?.Dispose();
        lock (_lock)
        {
            _pump?.Close();
            _line?.Dispose();
        }
    }
}
