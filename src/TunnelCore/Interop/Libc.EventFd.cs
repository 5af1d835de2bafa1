using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>eventfd(2): a wake-up call that poll can wait for.</summary>
internal static partial class Libc
{
    [LibraryImport(Name, EntryPoint = "eventfd", SetLastError = true)]
    internal static partial FileDescriptor EventFd(uint initial, int flags);

    [LibraryImport(Name, EntryPoint = "eventfd_read", SetLastError = true)]
    internal static partial int EventFdRead(FileDescriptor eventFd, out ulong value);

    [LibraryImport(Name, EntryPoint = "eventfd_write", SetLastError = true)]
    internal static partial int EventFdWrite(FileDescriptor eventFd, ulong value);
}
