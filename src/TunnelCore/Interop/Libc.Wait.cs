using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    private const int NoHang = 1;
    private const nint PidFdOpenCall = 434;

    /// <summary>A descriptor that polls readable when the child has ended; invalid where the kernel is older than 5.3.</summary>
    public static FileDescriptor OpenPidDescriptor(int pid) => new((int)SystemCall(PidFdOpenCall, pid, 0));

    /// <summary>Reaps the child if it has ended; <paramref name="status"/> is the raw status of wait(2).</summary>
    public static unsafe bool TryReap(int pid, out int status)
    {
        int raw = 0;
        int result;
        do
        {
            result = WaitPid(pid, &raw, NoHang);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        status = raw;
        // ECHILD: somebody else reaped it. Gone either way.
        return result != 0;
    }

    [LibraryImport(Name, EntryPoint = "waitpid", SetLastError = true)]
    private static unsafe partial int WaitPid(int pid, int* status, int options);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second);
}
