using System.Security.Cryptography;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

public sealed partial class PppdEngine
{
    private const int PollWithoutPidDescriptor = 20;
    private const int PollAlways = 1000;
    private static readonly TimeSpan s_afterHangup = TimeSpan.FromSeconds(8);

    // Words of pppd that explain nothing.
    private static readonly string[] s_noise =
    [
        "Using interface", "Connect:", "Connection terminated", "Exit.", "Modem hangup", "Hangup", "Terminating on signal",
        "Connect time", "Sent ", "Script ", "Waiting for", "Plugin ",
    ];

    private readonly PppdHistory _history = new();
    private long _silentSince; // tick at which the callback connection closed, 0 while it is open

    private void Decide(Failure failure)
    {
        lock (_history)
        {
            _history.Decide(failure);
        }
    }

    /// <summary>Thread: watches pppd until it is reaped, then tells why.</summary>
    private void Supervise()
    {
        Resources run = _resources!;
        byte[] secret = SecretBytes();
        PppdLineReader lines = new(run.Process.Log, secret);
        try
        {
            while (!run.Process.TryReap())
            {
                WatchOnce(run, lines);
            }

            Drain(run, lines);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            PppdLog.SupervisionFailed(_logger, e);
            Decide(new Failure(Cause.InternalError, e.Message));
            run.Process.Kill(Libc.SignalKill);
            while (!run.Process.TryReap())
            {
                _ = Libc.Poll([new PollEntry(run.Process.Descriptor, PollEvents.In)], PollWithoutPidDescriptor);
            }
        }

        CryptographicOperations.ZeroMemory(secret);
        Failure failure = Judge(run);
        if (run.Process.Signal != 0)
        {
            PppdPidFile.Remove(run.Process.Pid);
        }

        lock (_lock)
        {
            // From here on Start finds the engine ended.
            run.Dispose();
            Finish(failure);
        }
    }

    private void WatchOnce(Resources run, PppdLineReader lines)
    {
        bool listening = _silentSince == 0;
        Span<PollEntry> entries =
        [
            new(run.Process.Descriptor, PollEvents.In),
            new(lines.Closed ? null : run.Process.Log, PollEvents.In),
            new(listening ? run.Callback.Handle : null, PollEvents.In),
        ];
        _ = Libc.Poll(entries, run.Process.Descriptor.IsInvalid ? PollWithoutPidDescriptor : PollAlways);
        if (entries[1].Ready)
        {
            lines.Read(OnLine);
        }

        if (entries[2].Ready)
        {
            ReadCallback(run);
        }

        if (_silentSince != 0 && Environment.TickCount64 - _silentSince > s_afterHangup.TotalMilliseconds)
        {
            PppdLog.Killed(_logger);
            run.Process.Kill(Libc.SignalKill);
        }
    }

    /// <summary>pppd has ended: what it said last is still in the pipes. Its children may hold them open, so nothing is waited for.</summary>
    private void Drain(Resources run, PppdLineReader lines)
    {
        while (!lines.Closed && Libc.Poll([new PollEntry(run.Process.Log, PollEvents.In)], 0) > 0)
        {
            lines.Read(OnLine);
        }

        while (_silentSince == 0 && run.Callback.IsConnected && Libc.Poll([new PollEntry(run.Callback.Handle, PollEvents.In)], 0) > 0)
        {
            ReadCallback(run);
        }
    }

    private void ReadCallback(Resources run)
    {
        if (!run.Callback.IsConnected)
        {
            _ = run.Callback.TryAccept(run.Process.Pid);
            return;
        }

        CallbackMessage? message = run.Callback.Receive(out bool closed);
        if (message is not null)
        {
            OnMessage(run, message);
        }
        else if (closed)
        {
            _silentSince = Math.Max(Environment.TickCount64, 1);
            // Harmless when pppd is on its way out; ends one whose plugin has lost its mind.
            run.Process.Kill(Libc.SignalTerminate);
        }
    }

    private void OnLine(string line)
    {
        PppdLog.Line(_logger, line);
        if (!Array.Exists(s_noise, noise => line.StartsWith(noise, StringComparison.Ordinal)))
        {
            _history.Note(line);
        }
    }

    private Failure Judge(Resources run)
    {
        lock (_history)
        {
            _history.ExitStatus = run.Process.ExitStatus;
            _history.Signal = run.Process.Signal;
            Failure failure = PppdVerdict.Of(_history, _words, _options);
            PppdLog.Ended(_logger, _history.ExitStatus, _history.Signal, failure.Info.Code);
            return failure;
        }
    }

    /// <summary>What must not appear in a log line; short secrets would only blacken the log.</summary>
    private byte[] SecretBytes()
    {
        const int WorthHiding = 4;
        return _options.Password is { } password && password.Utf8.Length >= WorthHiding ? password.Utf8.ToArray() : [];
    }
}
