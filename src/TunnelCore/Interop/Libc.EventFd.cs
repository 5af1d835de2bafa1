using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>eventfd(2): a wake-up call that poll can wait for.</summary>
internal static partial class Libc
{
    internal const int EFD_NONBLOCK = 0x800;
    internal const int EFD_CLOEXEC = 0x80000;

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial SocketHandle EventFd(uint initial, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd_write", SetLastError = true)]
    internal static partial int EventFdWrite(SocketHandle eventFd, ulong value);
}
