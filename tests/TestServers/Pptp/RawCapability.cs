using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TestServers.Pptp;

/// <summary>Takes CAP_NET_RAW from the calling thread, for its lifetime.</summary>
internal static partial class RawCapability
{
    private const uint Version3 = 0x20080522;
    private const int NetRaw = 13;

    public static void DropOnThisThread()
    {
        uint[] header = [Version3, 0];
        // Effective, permitted, inheritable; twice.
        uint[] sets = new uint[6];
        if (GetCapabilities(header, sets) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        sets[0] &= ~(1u << NetRaw);
        if (SetCapabilities(header, sets) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "capget", SetLastError = true)]
    private static partial int GetCapabilities([In] uint[] header, [Out] uint[] sets);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static partial int SetCapabilities([In] uint[] header, [In] uint[] sets);
}
