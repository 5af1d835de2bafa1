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

    /// <summary>C gives an int; what stands in the upper half of a handle made from it is undefined, and often zero after a -1.</summary>
    public override bool IsInvalid => Number < 0;

    private int Number => unchecked((int)handle);

    protected override bool ReleaseHandle() => Libc.Close(Number) == 0;

    private FileDescriptor(int descriptor, bool owned)
        : base(owned)
    {
        SetHandle(descriptor);
    }

    /// <summary>Names a descriptor that somebody else owns and keeps open meanwhile.</summary>
    public static FileDescriptor Borrow(int descriptor) => new(descriptor, owned: false);
}
