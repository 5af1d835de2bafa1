using Microsoft.Win32.SafeHandles;

namespace TunnelCore.Interop;

/// <summary>A socket or eventfd that the runtime's socket engine does not know.</summary>
internal sealed class SocketHandle : SafeHandleMinusOneIsInvalid
{
    public SocketHandle()
        : base(ownsHandle: true)
    {
    }

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
