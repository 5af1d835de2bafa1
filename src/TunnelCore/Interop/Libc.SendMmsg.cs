using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>sendmmsg(2).</summary>
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMmsg(SocketHandle socket, nint messages, uint count, int flags);
}
