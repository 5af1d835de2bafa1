using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>eventfd_read(3).</summary>
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "eventfd_read", SetLastError = true)]
    internal static partial int EventFdRead(SocketHandle eventFd, out ulong value);
}
