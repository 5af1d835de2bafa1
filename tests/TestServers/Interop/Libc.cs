using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TestServers.Interop;

/// <summary>The C library calls that a pty and a child process need.</summary>
internal static unsafe partial class Libc
{
    public const int ReadWrite = 2;
    public const int NoControllingTerminal = 0x100;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const int Again = 11;
    public const int Interrupted = 4;
    public const int SigTerm = 15;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial SafeFileHandle posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int grantpt(SafeFileHandle fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlockpt(SafeFileHandle fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ptsname_r(SafeFileHandle fd, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcgetattr(SafeFileHandle fd, byte* termios);

    [LibraryImport("libc")]
    public static partial void cfmakeraw(byte* termios);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcsetattr(SafeFileHandle fd, int actions, byte* termios);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(SafeFileHandle fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(SafeFileHandle fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollFd* fds, ulong count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);
}
