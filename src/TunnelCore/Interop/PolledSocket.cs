using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>struct pollfd.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PolledSocket
{
    public int Descriptor;
    public short Wanted;
    public short Ready;
}
