using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>bind(2) and getsockname(2); an address is a whole sockaddr.</summary>
internal static partial class Libc
{
    [LibraryImport(Name, EntryPoint = "bind", SetLastError = true)]
    internal static partial int Bind(FileDescriptor socket, ReadOnlySpan<byte> address, uint length);

    [LibraryImport(Name, EntryPoint = "getsockname", SetLastError = true)]
    internal static partial int GetSocketName(FileDescriptor socket, Span<byte> address, ref uint length);
}
