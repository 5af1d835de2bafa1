using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>
/// A connected TCP socket in blocking mode. The blocking calls are one recv or send each and allocate nothing; the asynchronous
/// ones try without blocking first and wait on a thread of their own (see <see cref="SocketReadiness"/>).
/// </summary>
internal sealed partial class SocketStream(FileDescriptor socket, IPEndPoint remote) : Stream
{
    private volatile bool _aborted;
    private volatile bool _closing;

    public IPEndPoint RemoteEndPoint { get; } = remote;

    /// <summary>Our own address, as the server sees it where nothing translates it.</summary>
    public IPAddress LocalAddress
    {
        get
        {
            SocketAddress native = new(RemoteEndPoint.AddressFamily);
            uint length = (uint)native.Size;
            return Libc.GetSocketName(socket, native.Buffer.Span, ref length) < 0
                ? throw SocketErrorException.FromLastError("getsockname")
                : ((IPEndPoint)RemoteEndPoint.Create(native)).Address;
        }
    }

    /// <summary>For a thread that polls the socket together with other descriptors.</summary>
    public FileDescriptor Handle => socket;

    /// <summary>The peer's FIN has been read; the end that we make ourselves does not count.</summary>
    public bool EndSeen { get; private set; }

    /// <summary>First errno that a call ended with; 0 = none.</summary>
    public int FirstErrno { get; private set; }

    public bool IsAborted => _aborted;

    /// <summary>Ends that are read from here on are our own doing.</summary>
    public bool IsClosing => _closing || _aborted;

    /// <summary>Sees what arrives during the handshake; null afterwards.</summary>
    public HandshakeObserver? Observer { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Wakes all blocked calls, now and later. Any thread.</summary>
    public void Abort()
    {
        _aborted = true;
        Wake(Libc.SHUT_RDWR);
    }

    /// <summary>Wakes the reader; from here on a write that would block is dropped: a goodbye must not hold up the end.</summary>
    public void BeginClose()
    {
        _closing = true;
        Wake(Libc.SHUT_RD);
    }

    private void Wake(int how)
    {
        try
        {
            // ENOTCONN when the peer was faster: nothing left to wake.
            _ = Libc.Shutdown(socket, how);
        }
        catch (ObjectDisposedException)
        {
            // Closed already: likewise.
        }
    }

    public override int Read(Span<byte> buffer)
    {
        // SslStream announces a read with an empty one; recv would answer 0, which means the end.
        if (buffer.IsEmpty)
        {
            return 0;
        }
        while (true)
        {
            nint count = Libc.Recv(socket, buffer, (nuint)buffer.Length, 0);
            if (count >= 0)
            {
                return Received(buffer, (int)count);
            }
            ThrowUnless(Errno.EINTR, "recv");
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint count = Libc.Send(socket, buffer, (nuint)buffer.Length, Libc.MSG_NOSIGNAL);
            if (count >= 0)
            {
                buffer = buffer[(int)count..];
                continue;
            }
            ThrowUnless(Errno.EINTR, "send");
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Abort();
            // A call that is still inside the kernel holds the descriptor open until it is out.
            socket.Dispose();
        }
        base.Dispose(disposing);
    }

    private int Received(ReadOnlySpan<byte> buffer, int count)
    {
        if (count == 0 && !IsClosing)
        {
            EndSeen = true;
        }
        Observer?.Received(buffer[..count]);
        return count;
    }

    private int ThrowUnless(int accepted, string call)
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno == accepted || errno == Errno.EINTR)
        {
            return errno;
        }
        if (FirstErrno == 0)
        {
            FirstErrno = errno;
        }
        throw new SocketErrorException(call, errno);
    }
}
