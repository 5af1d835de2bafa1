namespace TunnelCore.Interop;

/// <summary>Waits until a socket is ready, without the runtime's socket engine.</summary>
/// <remarks>
/// A socket that was once in the engine's epoll set stays there for life and wakes the engine for every segment that arrives,
/// blocking calls or not. The few waits of a connection attempt get a thread each instead.
/// </remarks>
internal static class SocketReadiness
{
    /// <param name="socket">Stays open during the wait.</param>
    /// <param name="wanted">In or Out; errors and hang-up end the wait too.</param>
    public static Task WaitAsync(FileDescriptor socket, PollEvents wanted, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            return Task.FromCanceled(cancellation);
        }
        return Task.Factory.StartNew(
            () => Wait(socket, wanted, cancellation), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static void Wait(FileDescriptor socket, PollEvents wanted, CancellationToken cancellation)
    {
        using WakeUp wakeUp = new(cancellation);
        bool held = false;
        try
        {
            socket.DangerousAddRef(ref held);
            Span<PollEntry> entries = [PollEntry.OfHeld(socket, wanted), wakeUp.Entry];
            int ready;
            while ((ready = Libc.Poll(entries, -1)) < 0)
            {
                if (ready != -Errno.EINTR)
                {
                    throw new SocketErrorException("poll", -ready);
                }
            }
            if (!entries[0].Ready)
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
