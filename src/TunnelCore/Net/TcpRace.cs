using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>One round of connection attempts on the calling thread. The first that connects wins, Dispose closes the others.</summary>
internal sealed class TcpRace(IReadOnlyList<IPEndPoint> order, TunnelTimeouts timeouts, SocketBinding binding) : IDisposable
{
    private readonly List<TcpAttempt> _running = [];
    private readonly List<TcpAttemptFailure> _failures = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private int _next;
    private TimeSpan _nextStart;

    public SocketStream Run(CancellationToken cancellation)
    {
        using WakeUp wakeUp = new(cancellation);
        PollEntry[] entries = new PollEntry[order.Count + 1];
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Expire();
            StartDue();
            if (_running.Count == 0 && (_next == order.Count || _clock.Elapsed >= timeouts.TcpTotal))
            {
                throw new TunnelException(TcpAttemptFailure.Summarize(_failures));
            }
            if (_running.Count == 0)
            {
                continue;
            }
            Span<PollEntry> polled = entries.AsSpan(0, _running.Count + 1);
            Fill(polled, wakeUp);
            int ready = Libc.Poll(polled, MillisecondsToNextEvent());
            if (ready < 0)
            {
                if (ready != -Errno.EINTR)
                {
                    throw new TunnelException(Cause.TcpFailed, $"poll: {Marshal.GetPInvokeErrorMessage(-ready)}");
                }
                continue;
            }
            if (Harvest(polled) is { } winner)
            {
                return winner;
            }
        }
    }

    public void Dispose()
    {
        foreach (TcpAttempt attempt in _running)
        {
            attempt.Socket.Dispose();
        }
        _running.Clear();
    }

    private void StartDue()
    {
        if (_next == order.Count || _clock.Elapsed >= timeouts.TcpTotal || (_running.Count > 0 && _clock.Elapsed < _nextStart))
        {
            return;
        }
        IPEndPoint address = order[_next++];
        int errno = TcpAttempt.Start(address, _clock.Elapsed + timeouts.TcpConnect, binding, out TcpAttempt? attempt);
        if (attempt is null)
        {
            _failures.Add(new TcpAttemptFailure(address, errno));
            return;
        }
        _running.Add(attempt);
        _nextStart = _clock.Elapsed + timeouts.NextAddress;
    }

    private void Expire()
    {
        TimeSpan now = _clock.Elapsed;
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (now >= _running[i].Deadline || now >= timeouts.TcpTotal)
            {
                Fail(i, Errno.ETIMEDOUT);
            }
        }
    }

    private void Fail(int index, int errno)
    {
        _failures.Add(new TcpAttemptFailure(_running[index].Address, errno));
        _running[index].Socket.Dispose();
        _running.RemoveAt(index);
        // The next address need not wait for its turn any longer.
        _nextStart = _clock.Elapsed;
    }

    private void Fill(Span<PollEntry> polled, WakeUp wakeUp)
    {
        for (int i = 0; i < _running.Count; i++)
        {
            // Only this thread closes attempts: the number stays valid.
            polled[i] = new PollEntry(_running[i].Socket, PollEvents.Out);
        }
        polled[^1] = wakeUp.Entry;
    }

    private int MillisecondsToNextEvent()
    {
        TimeSpan until = timeouts.TcpTotal;
        foreach (TcpAttempt attempt in _running)
        {
            until = attempt.Deadline < until ? attempt.Deadline : until;
        }
        if (_next < order.Count && _nextStart < until)
        {
            until = _nextStart;
        }
        return (int)Math.Clamp(Math.Ceiling((until - _clock.Elapsed).TotalMilliseconds), 0, int.MaxValue);
    }

    private SocketStream? Harvest(ReadOnlySpan<PollEntry> polled)
    {
        for (int i = _running.Count - 1; i >= 0; i--)
        {
            if (!polled[i].Ready)
            {
                continue;
            }
            TcpAttempt attempt = _running[i];
            int errno = attempt.Finish();
            if (errno == 0)
            {
                _running.RemoveAt(i);
                return new SocketStream(attempt.Socket, attempt.Address);
            }
            Fail(i, errno);
        }
        return null;
    }
}
