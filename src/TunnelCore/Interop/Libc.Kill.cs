using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    public const int SignalTerminate = 15;
    public const int SignalKill = 9;

    [LibraryImport(Name, EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Whether a process of this id exists.</summary>
    public static bool ProcessExists(int pid) => Kill(pid, 0) == 0 || Marshal.GetLastPInvokeError() != Errno.ESRCH;

    [LibraryImport(Name, EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int pid, int signal);
}
