namespace TunnelCore.Interop;

/// <summary>An eventfd that becomes readable when a token is cancelled: poll's ear for cancellation.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly SocketHandle _eventFd;
    private readonly CancellationTokenRegistration _registration;

    public WakeUp(CancellationToken cancellation)
    {
        _eventFd = Libc.EventFd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
        if (_eventFd.IsInvalid)
        {
            throw SocketErrorException.FromLastError("eventfd");
        }
        _registration = cancellation.Register(static state => _ = Libc.EventFdWrite((SocketHandle)state!, 1), _eventFd);
    }

    /// <summary>Valid until Dispose.</summary>
    public PolledSocket Entry => new() { Descriptor = (int)_eventFd.DangerousGetHandle(), Wanted = Libc.POLLIN };

    public void Dispose()
    {
        // Waits for a running callback: nobody writes to a closed descriptor.
        _registration.Dispose();
        _eventFd.Dispose();
    }
}
