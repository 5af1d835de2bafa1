using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>bind(2); the address is a whole sockaddr.</summary>
internal static partial class Libc
{
    [LibraryImport(Name, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(FileDescriptor socket, ReadOnlySpan<byte> address, uint length);
}
