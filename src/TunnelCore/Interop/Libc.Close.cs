using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>close(2). Never repeated after EINTR: Linux has freed the number by then.</summary>
internal static partial class Libc
{
    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);
}
