using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>clock_gettime(2).</summary>
internal static partial class Libc
{
    internal const int CLOCK_BOOTTIME = 7;

    [LibraryImport(Name, EntryPoint = "clock_gettime")]
    internal static partial int ClockGetTime(int clock, out TimeSpec time);

    /// <summary>struct timespec of 64-bit systems.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
