using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>recv(2).</summary>
internal static partial class Libc
{
    internal const int MSG_DONTWAIT = 0x40;

    [LibraryImport(Name, EntryPoint = "recv", SetLastError = true)]
    internal static partial nint Recv(FileDescriptor socket, Span<byte> buffer, nuint length, int flags);
}
