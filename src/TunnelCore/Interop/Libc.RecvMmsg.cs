using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>recvmmsg(2), without its timeout.</summary>
internal static partial class Libc
{
    internal const int MSG_TRUNC = 0x20;

    [LibraryImport(Name, EntryPoint = "recvmmsg", SetLastError = true)]
    internal static partial int RecvMmsg(FileDescriptor socket, nint messages, uint count, int flags, nint timeout);
}
