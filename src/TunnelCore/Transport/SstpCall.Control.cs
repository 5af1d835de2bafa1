using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Transport;

/// <summary>The control side: events into the machine, its actions out, its deadline into the timer.</summary>
internal sealed partial class SstpCall
{
    // Timers count whole milliseconds; a tick must not come before its deadline.
    private static readonly TimeSpan s_timerStep = TimeSpan.FromMilliseconds(1);

    // How long the downlink may take to read what came before the connection broke.
    private static readonly TimeSpan s_readingGrace = TimeSpan.FromMilliseconds(250);

    private readonly Lock _machineLock = new();
    private readonly SstpMachine _machine;
    private readonly ITimer _timer;
    private readonly long _origin;
    private readonly TaskCompletionSource _negotiated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TimeSpan? _armed;
    private volatile Failure? _writeFailure;
    private bool _dropNoted;

    /// <summary>One step of the machine. Any thread; does not block.</summary>
    private void Process(SstpEvent happened)
    {
        bool close = false;
        lock (_machineLock)
        {
            TimeSpan now = _time.GetElapsedTime(_origin);
            foreach (SstpAction action in _machine.Process(happened, now))
            {
                close |= Apply(action);
            }
            // After the actions: Call Connected is queued before the first network frame may be written.
            _filter.Gate = _machine.Gate;
            if (!close)
            {
                Arm(now);
            }
        }
        if (close)
        {
            Cut();
        }
    }

    /// <summary>True for <see cref="SstpAction.Close"/>, which waits until the lock is free.</summary>
    private bool Apply(SstpAction action)
    {
        switch (action)
        {
            case SstpAction.Send send:
                string name = SstpNames.Of(send.Message.Type);
                _logger.Sending(name);
                if (!_writer.Enqueue(send.Message) && !_dropNoted)
                {
                    // Once a call: a server that asks and does not read must not fill the log.
                    _dropNoted = true;
                    _logger.ControlDropped(name);
                }
                break;
            case SstpAction.StartPpp:
                _logger.Negotiated();
                _negotiated.TrySetResult();
                break;
            case SstpAction.Fail fail:
                _logger.Ending(fail.Failure.ToString());
                _completion.TrySetResult(fail.Failure);
                // Frames do not pass any more: the downlink must not go on waiting for someone to take them.
                _filter.Gate = FrameGate.Closed;
                _receiverReady.TrySetResult();
                break;
            case SstpAction.Note note:
                _logger.Note(note.Text);
                break;
            case SstpAction.Close:
                return true;
            default:
                throw new InvalidOperationException($"No way to do {action}.");
        }
        return false;
    }

    private void Arm(TimeSpan now)
    {
        TimeSpan? deadline = _machine.NextDeadline;
        if (deadline == _armed)
        {
            return;
        }
        _armed = deadline;
        TimeSpan due = deadline is { } time ? (time > now ? time - now : TimeSpan.Zero) + s_timerStep : Timeout.InfiniteTimeSpan;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_machineLock)
        {
            _armed = null;
        }
        Process(new SstpEvent.Tick(Interlocked.Exchange(ref _heard, 0) != 0));
    }

    private void OnConnectionEnded(Exception? error) =>
        Process(new SstpEvent.ConnectionEnded(_writeFailure ?? _connection.DescribeEnd(error)));

    /// <summary>
    /// A server that says goodbye and closes at once is noticed by a busy writer first. What it said still lies before the end of the
    /// stream: the downlink gets a moment to come there.
    /// </summary>
    private void OnWriteFailed(Exception error)
    {
        Failure failure = _connection.DescribeEnd(error);
        if (Interlocked.CompareExchange(ref _writeFailure, failure, null) is null)
        {
            _ = EndAfterGraceAsync(failure);
        }
    }

    private async Task EndAfterGraceAsync(Failure failure)
    {
        await Task.WhenAny(_downlinkDone.Task, Task.Delay(s_readingGrace, _time)).ConfigureAwait(false);
        Process(new SstpEvent.ConnectionEnded(failure));
    }

    private void Cut()
    {
        _writer.Close();
        _connection.Abort();
        _receiverReady.TrySetResult();
        _timer.Dispose();
        _closed.TrySetResult();
    }
}
