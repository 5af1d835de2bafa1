using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>A socket on its way to one address.</summary>
/// <param name="Socket">Non-blocking until <see cref="Finish"/>.</param>
/// <param name="Address">Where to.</param>
/// <param name="Deadline">On the clock of the race.</param>
internal sealed record TcpAttempt(FileDescriptor Socket, IPEndPoint Address, TimeSpan Deadline)
{
    /// <summary>
    /// Unsent bytes that the kernel holds before send blocks. Small enough that control messages do not queue behind a bulk upload
    /// for long. What is in flight is not counted; the sender is woken at half of it, which leaves room for a busy machine.
    /// </summary>
    private const int NotSentLowWater = 256 * 1024;

    /// <summary>
    /// Nagle off, keepalive against silent middleboxes, buffers left to the kernel's autotuning (a fixed SO_SNDBUF limits an upload
    /// to that much per round trip).
    /// </summary>
    private static readonly (int Level, int Option, int Value)[] s_options =
    [
        (Libc.IPPROTO_TCP, Libc.TCP_NODELAY, 1),
        (Libc.SOL_SOCKET, Libc.SO_KEEPALIVE, 1),
        (Libc.IPPROTO_TCP, Libc.TCP_KEEPIDLE, 60),
        (Libc.IPPROTO_TCP, Libc.TCP_KEEPINTVL, 15),
        (Libc.IPPROTO_TCP, Libc.TCP_KEEPCNT, 4),
        (Libc.IPPROTO_TCP, Libc.TCP_NOTSENT_LOWAT, NotSentLowWater),
    ];

    /// <summary>Starts to connect. Returns errno and no attempt when that fails at once.</summary>
    public static int Start(IPEndPoint address, TimeSpan deadline, SocketBinding binding, out TcpAttempt? attempt)
    {
        attempt = null;
        int family = address.AddressFamily == AddressFamily.InterNetworkV6 ? Libc.AF_INET6 : Libc.AF_INET;
        FileDescriptor socket = Libc.Socket(family, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, Libc.IPPROTO_TCP);
        if (socket.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            socket.Dispose();
            return errno;
        }
        foreach ((int level, int option, int value) in s_options)
        {
            // An old kernel or a sandbox that lacks one of them is no reason to fail.
            _ = Libc.SetSocketOption(socket, level, option, value, sizeof(int));
        }
        try
        {
            binding.Apply(socket);
        }
        catch (TunnelException)
        {
            socket.Dispose();
            throw;
        }
        SocketAddress native = address.Serialize();
        if (Libc.Connect(socket, native.Buffer.Span[..native.Size], (uint)native.Size) < 0)
        {
            // An interrupted connect goes on in the background, like one in progress.
            int errno = Marshal.GetLastPInvokeError();
            if (errno is not (Errno.EINPROGRESS or Errno.EINTR))
            {
                socket.Dispose();
                return errno;
            }
        }
        attempt = new TcpAttempt(socket, address, deadline);
        return 0;
    }

    /// <summary>What became of it, once poll says that it is ready: 0 = connected and in blocking mode, else errno.</summary>
    public int Finish()
    {
        uint length = sizeof(int);
        if (Libc.GetSocketOption(Socket, Libc.SOL_SOCKET, Libc.SO_ERROR, out int error, ref length) < 0)
        {
            return Marshal.GetLastPInvokeError();
        }
        if (error != 0)
        {
            return error;
        }
        int flags = Libc.Fcntl(Socket, Libc.F_GETFL, 0);
        return flags >= 0 && Libc.Fcntl(Socket, Libc.F_SETFL, flags & ~Libc.NonBlocking) >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
