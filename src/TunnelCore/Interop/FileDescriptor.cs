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

    private FileDescriptor(int descriptor, bool owned)
        : base(owned)
    {
        SetHandle(descriptor);
    }

    /// <summary>Names a descriptor that somebody else owns and keeps open meanwhile.</summary>
    public static FileDescriptor Borrow(int descriptor) => new(descriptor, owned: false);

    protected override bool ReleaseHandle() => Libc.Close((int)handle) == 0;
}
