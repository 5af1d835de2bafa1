using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>sendmmsg(2).</summary>
internal static partial class Libc
{
    [LibraryImport(Name, EntryPoint = "sendmmsg", SetLastError = true)]
    internal static partial int SendMmsg(FileDescriptor socket, nint messages, uint count, int flags);
}
