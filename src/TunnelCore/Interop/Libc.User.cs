using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    [LibraryImport(Name, EntryPoint = "geteuid")]
    public static partial uint GetEffectiveUser();
}
