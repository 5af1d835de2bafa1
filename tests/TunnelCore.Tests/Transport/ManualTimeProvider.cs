namespace TunnelCore.Tests.Transport;

/// <summary>A clock that moves when the test says so; timers fire on the test's thread, in order.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;

    /// <summary>Timers that are created from now on fire this much too early, once.</summary>
    public TimeSpan FirstShotsEarlyBy { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Now
    {
        get
        {
            lock (_lock)
            {
                return _now;
            }
        }
    }

    public override long GetTimestamp() => Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ManualTimer timer = new(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan time)
    {
        TimeSpan end = Now + time;
        while (true)
        {
            ManualTimer? next;
            lock (_lock)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is null)
                {
                    _now = end;
                    return;
                }
                _now = next.Due > _now ? next.Due : _now;
                _timers.Remove(next);
            }
            next.Fire();
        }
    }

    /// <summary>Moves in steps, letting other threads work in between, until <paramref name="task"/> is done; at most by <paramref name="limit"/>.</summary>
    public async Task AdvanceUntilAsync(Task task, TimeSpan step, TimeSpan limit)
    {
        TimeSpan end = Now + limit;
        while (!task.IsCompleted && Now < end)
        {
            await Task.WhenAny(task, Task.Delay(2));
            if (!task.IsCompleted)
            {
                Advance(step);
            }
        }
        // The clock has gone as far as it may; what is due must happen now, however busy the machine is.
        await Task.WhenAny(task).WaitAsync(FakeTlsConnection.Patience);
    }

    /// <summary>Waits until someone has set a timer that is due in <paramref name="delay"/>.</summary>
    public async Task WaitForTimerAsync(TimeSpan delay)
    {
        using CancellationTokenSource patience = new(FakeTlsConnection.Patience);
        while (true)
        {
            lock (_lock)
            {
                if (_timers.Any(timer => timer.Due == _now + delay))
                {
                    return;
                }
            }
            await Task.Delay(1, patience.Token);
        }
    }

    private sealed class ManualTimer(ManualTimeProvider owner, TimerCallback callback, object? state) : ITimer
    {
        private bool _shot;

        public TimeSpan Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner._lock)
            {
                owner._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    bool early = !_shot && owner.FirstShotsEarlyBy < dueTime;
                    Due = owner._now + dueTime - (early ? owner.FirstShotsEarlyBy : TimeSpan.Zero);
                    owner._timers.Add(this);
                }
            }
            return true;
        }

        public void Fire()
        {
            _shot = true;
            callback(state);
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
