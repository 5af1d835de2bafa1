namespace TunnelCore.Interop;

/// <summary>Time since boot, suspended time included: a peer does not wait while we sleep.</summary>
internal static class BootClock
{
    private const long NanosecondsPerTick = 100;

    public static TimeSpan Now
    {
        get
        {
            // Cannot fail: the clock exists since Linux 2.6.39.
            _ = Libc.ClockGetTime(Libc.CLOCK_BOOTTIME, out Libc.TimeSpec time);
            return new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / NanosecondsPerTick));
        }
    }
}
