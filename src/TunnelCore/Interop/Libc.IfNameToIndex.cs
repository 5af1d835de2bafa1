using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    /// <summary>Index of a network interface, 0 when there is none of that name (if_nametoindex(3)).</summary>
    [LibraryImport(Name, EntryPoint = "if_nametoindex", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial uint IfNameToIndex(string name);
}
