using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>Sends a message with one descriptor beside it over a unix socket (SCM_RIGHTS): the receiver gets a copy of its own.</summary>
internal static unsafe partial class DescriptorPassing
{
    private const int SolSocket = 1;
    private const int ScmRights = 1;
    private const int ControlBytes = 32; // CMSG_SPACE(sizeof(int)): 24 on 64-bit systems

    /// <summary>Sends a whole packet, without waiting.</summary>
    /// <returns>0, or errno. Throws <see cref="ObjectDisposedException"/> when one of the two has been closed.</returns>
    public static int Send(SafeHandle socket, ReadOnlySpan<byte> packet, SafeHandle descriptor)
    {
        bool held = false;
        try
        {
            descriptor.DangerousAddRef(ref held);
            return Send(socket, packet, (int)descriptor.DangerousGetHandle());
        }
        finally
        {
            if (held)
            {
                descriptor.DangerousRelease();
            }
        }
    }

    private static int Send(SafeHandle socket, ReadOnlySpan<byte> packet, int descriptor)
    {
        byte* control = stackalloc byte[ControlBytes];
        new Span<byte>(control, ControlBytes).Clear();
        // struct cmsghdr: size_t length, int level, int type; then the descriptor, all of it aligned to size_t.
        int header = sizeof(nint) + (2 * sizeof(int));
        int aligned = (header + sizeof(nint) - 1) & -sizeof(nint);
        *(nint*)control = aligned + sizeof(int);
        *(int*)(control + sizeof(nint)) = SolSocket;
        *(int*)(control + sizeof(nint) + sizeof(int)) = ScmRights;
        *(int*)(control + aligned) = descriptor;
        fixed (byte* start = packet)
        {
            BatchedMessage.Vector whole = new() { Start = (nint)start, Length = packet.Length };
            BatchedMessage.MessageHeader message = new()
            {
                Vectors = (nint)(&whole),
                VectorCount = 1,
                Control = (nint)control,
                ControlLength = (aligned + sizeof(int) + sizeof(nint) - 1) & -sizeof(nint),
            };
            nint sent;
            do
            {
                sent = SendMessage(socket, &message, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
            return sent < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(SafeHandle socket, BatchedMessage.MessageHeader* message, int flags);
}
