using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>fcntl(2) for the status flags of a socket.</summary>
internal static partial class Libc
{
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int O_NONBLOCK = 0x800;

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(SocketHandle socket, int command, int argument);
}
