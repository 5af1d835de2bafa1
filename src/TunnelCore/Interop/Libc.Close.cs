using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>The C library; each file holds one function or one family of functions.</summary>
internal static partial class Libc
{
    private const string Name = "libc";

    /// <summary>close(2). Never repeated after EINTR: Linux has freed the number by then.</summary>
    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);
}
