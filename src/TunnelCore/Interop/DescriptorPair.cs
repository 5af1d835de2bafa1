using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>
/// What a thread that serves one socket polls: the socket and its bell. Holds both descriptors open, so that nobody can close them
/// under the thread.
/// </summary>
internal sealed class DescriptorPair : IDisposable
{
    private readonly SocketHandle _socket;
    private readonly SocketHandle _bell;
    private readonly bool _holdsSocket;
    private readonly bool _holdsBell;

    public DescriptorPair(SocketHandle socket, Bell bell)
    {
        _socket = socket;
        _bell = bell.Handle;
        _socket.DangerousAddRef(ref _holdsSocket);
        _bell.DangerousAddRef(ref _holdsBell);
    }

    /// <summary>Waits for the socket, the bell or the end of <paramref name="timeout"/> (null = for ever), rounded up to milliseconds.</summary>
    /// <param name="wanted">POLLIN, POLLOUT or both.</param>
    /// <param name="timeout">Null = no end.</param>
    /// <returns>What the socket is ready for, 0 when it is not.</returns>
    public short Wait(short wanted, TimeSpan? timeout)
    {
        Span<PolledSocket> entries =
        [
            new() { Descriptor = (int)_socket.DangerousGetHandle(), Wanted = wanted },
            new() { Descriptor = (int)_bell.DangerousGetHandle(), Wanted = Libc.POLLIN },
        ];
        int milliseconds = timeout is { } limit ? (int)Math.Clamp(Math.Ceiling(limit.TotalMilliseconds), 0, int.MaxValue) : -1;
        if (Libc.PollSockets(entries, milliseconds) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Errno.EINTR ? (short)0 : throw new SocketErrorException("poll", errno);
        }

        return entries[0].Ready;
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
