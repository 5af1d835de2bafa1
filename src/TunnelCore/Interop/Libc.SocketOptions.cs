using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>setsockopt(2) and getsockopt(2) for options that are one int.</summary>
internal static partial class Libc
{
    internal const int SOL_SOCKET = 1;
    internal const int SO_ERROR = 4;
    internal const int SO_KEEPALIVE = 9;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_NOTSENT_LOWAT = 25;

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketOption(FileDescriptor socket, int level, int option, in int value, uint length);

    [LibraryImport(Name, EntryPoint = "getsockopt", SetLastError = true)]
    internal static partial int GetSocketOption(FileDescriptor socket, int level, int option, out int value, ref uint length);
}
