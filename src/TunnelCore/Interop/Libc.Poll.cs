using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    /// <summary>Number of ready entries, 0 after the time (milliseconds, -1 = no limit), or minus the error number.</summary>
    public static unsafe int Poll(Span<PollEntry> entries, int milliseconds)
    {
        fixed (PollEntry* start = entries)
        {
            int ready = Poll(start, (nuint)entries.Length, milliseconds);
            return ready < 0 ? -Marshal.GetLastPInvokeError() : ready;
        }
    }

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    private static unsafe partial int Poll(PollEntry* entries, nuint count, int milliseconds);
}
