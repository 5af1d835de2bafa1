using Microsoft.Win32.SafeHandles;

namespace TunnelCore.Interop;

/// <summary>Owns a file descriptor. Every descriptor made here is close-on-exec.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    public FileDescriptor()
        : base(ownsHandle: true)
    {
    }

    public FileDescriptor(int descriptor)
        : this()
    {
        SetHandle(descriptor);
    }

    /// <summary>A native int: what a C function leaves in the upper half of the register does not count.</summary>
    public override bool IsInvalid => (int)handle < 0;

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
