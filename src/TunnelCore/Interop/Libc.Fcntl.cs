using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>fcntl(2) for the status flags of a socket.</summary>
internal static partial class Libc
{
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(FileDescriptor socket, int command, int argument);
}
