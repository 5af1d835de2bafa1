using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>Waits until a socket is ready, without the runtime's socket engine.</summary>
/// <remarks>
/// A socket that was once in the engine's epoll set stays there for life and wakes the engine for every segment that arrives,
/// blocking calls or not. The few waits of a connection attempt get a thread each instead.
/// </remarks>
internal static class SocketReadiness
{
    /// <param name="socket">Stays open during the wait.</param>
    /// <param name="wanted">POLLIN or POLLOUT; errors and hang-up end the wait too.</param>
    public static Task WaitAsync(SocketHandle socket, short wanted, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellation);
        }
        return Task.Factory.StartNew(
            () => Wait(socket, wanted, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void Wait(SocketHandle socket, short wanted, CancellationToken cancellation)
    {
        using WakeUp wakeUp = new(cancellation);
        bool held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            Span<PolledSocket> entries =
            [
                new() { Descriptor = (int)socket.DangerousGetHandle(), Wanted = wanted },
                wakeUp.Entry,
            ];
            while (Libc.PollSockets(entries, -1) < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno != Errno.EINTR)
                {
                    throw new SocketErrorException("poll", errno);
                }
            }
            if (entries[0].Ready == 0)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            if (held)
            {
                socket.DangerousRelease();
            }
        }
    }
}
