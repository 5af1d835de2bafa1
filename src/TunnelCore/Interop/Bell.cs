namespace TunnelCore.Interop;

/// <summary>Wakes every thread that polls it, as often as one likes (an eventfd). Rings until it is silenced.</summary>
internal sealed class Bell : IDisposable
{
    private readonly FileDescriptor _eventFd;

    public Bell()
    {
        _eventFd = Libc.EventFd(0, Libc.CloseOnExec | Libc.NonBlocking);
        if (_eventFd.IsInvalid)
        {
            throw SocketErrorException.FromLastError("eventfd");
        }
    }

    public FileDescriptor Handle => _eventFd;

    /// <summary>Any thread; after Dispose nothing happens.</summary>
    public void Ring()
    {
        try
        {
            _ = Libc.EventFdWrite(_eventFd, 1);
        }
        catch (ObjectDisposedException)
        {
            // The thread that would hear it has ended.
        }
    }

    /// <summary>Makes it silent until the next ring.</summary>
    public void Silence() => _ = Libc.EventFdRead(_eventFd, out _);

    public void Dispose() => _eventFd.Dispose();
}
