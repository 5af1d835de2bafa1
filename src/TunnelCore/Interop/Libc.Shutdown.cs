using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>shutdown(2): wakes every call that blocks on the socket.</summary>
internal static partial class Libc
{
    internal const int SHUT_RD = 0;
    internal const int SHUT_RDWR = 2;

    [LibraryImport(Name, EntryPoint = "shutdown", SetLastError = true)]
    internal static partial int Shutdown(FileDescriptor socket, int how);
}
