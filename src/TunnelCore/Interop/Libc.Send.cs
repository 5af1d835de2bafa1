using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>send(2). Always with MSG_NOSIGNAL: a gone peer is an error code, not a signal.</summary>
internal static partial class Libc
{
    internal const int MSG_NOSIGNAL = 0x4000;

    [LibraryImport(Name, EntryPoint = "send", SetLastError = true)]
    internal static partial nint Send(FileDescriptor socket, ReadOnlySpan<byte> buffer, nuint length, int flags);
}
