namespace TunnelCore.Interop;

internal static partial class Libc
{
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC
    private const int AccessMode = 3;

    /// <summary>A second descriptor of the same open file, close-on-exec, with the lowest free number from <paramref name="lowest"/> on.</summary>
    public static FileDescriptor Duplicate(int descriptor, int lowest = 3)
    {
        using FileDescriptor borrowed = FileDescriptor.Borrow(descriptor);
        return new FileDescriptor(Fcntl(borrowed, DuplicateCloseOnExec, lowest));
    }

    /// <summary>Whether the open file can be written to as well as read.</summary>
    public static bool IsReadWrite(FileDescriptor descriptor) => Fcntl(descriptor, F_GETFL, 0) is var flags and >= 0 && (flags & AccessMode) == ReadWrite;

    /// <summary>Switches blocking off; what was set before, or -1.</summary>
    public static int MakeNonBlocking(FileDescriptor descriptor)
    {
        int flags = Fcntl(descriptor, F_GETFL, 0);
        return flags >= 0 && Fcntl(descriptor, F_SETFL, flags | NonBlocking) >= 0 ? flags : -1;
    }
}
