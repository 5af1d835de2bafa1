using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>connect(2); the address is a whole sockaddr.</summary>
internal static partial class Libc
{
    [LibraryImport(Name, EntryPoint = "connect", SetLastError = true)]
    internal static partial int Connect(FileDescriptor socket, ReadOnlySpan<byte> address, uint length);
}
