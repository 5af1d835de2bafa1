namespace TunnelCore.Interop;

/// <summary>
/// What a thread that serves one socket polls: the socket and its bell. Holds both descriptors open, so that nobody can close them
/// under the thread.
/// </summary>
internal sealed class DescriptorPair : IDisposable
{
    private readonly FileDescriptor _socket;
    private readonly FileDescriptor _bell;
    private readonly bool _holdsSocket;
    private readonly bool _holdsBell;

    public DescriptorPair(FileDescriptor socket, Bell bell)
    {
        _socket = socket;
        _bell = bell.Handle;
        _socket.DangerousAddRef(ref _holdsSocket);
        _bell.DangerousAddRef(ref _holdsBell);
    }

    /// <summary>Waits for the socket, the bell or the end of <paramref name="timeout"/> (null = for ever), rounded up to milliseconds.</summary>
    /// <param name="wanted">In, Out or both.</param>
    /// <param name="timeout">Null = no end.</param>
    /// <returns>What the socket is ready for.</returns>
    public PollEvents Wait(PollEvents wanted, TimeSpan? timeout)
    {
        Span<PollEntry> entries = [PollEntry.OfHeld(_socket, wanted), PollEntry.OfHeld(_bell, PollEvents.In)];
        int milliseconds = timeout is { } limit ? (int)Math.Clamp(Math.Ceiling(limit.TotalMilliseconds), 0, int.MaxValue) : -1;
        int ready = Libc.Poll(entries, milliseconds);
        if (ready < 0)
        {
            return ready == -Errno.EINTR ? PollEvents.None : throw new SocketErrorException("poll", -ready);
        }

        return entries[0].Found;
    }

    public void Dispose()
    {
        if (_holdsSocket)
        {
            _socket.DangerousRelease();
        }

        if (_holdsBell)
        {
            _bell.DangerousRelease();
        }
    }
}
