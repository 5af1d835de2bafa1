using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>socket(2).</summary>
internal static partial class Libc
{
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_NONBLOCK = 0x800;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int IPPROTO_TCP = 6;

    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    internal static partial FileDescriptor Socket(int domain, int type, int protocol);
}
