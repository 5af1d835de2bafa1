using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>The C library. Each file holds one function or one family of functions.</summary>
internal static partial class Libc
{
    private const string Name = "libc";

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);
}
