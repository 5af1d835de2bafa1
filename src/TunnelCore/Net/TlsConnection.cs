using System.Net;
using System.Net.Security;
using System.Security.Cryptography;

namespace TunnelCore.Net;

/// <summary>TLS over <see cref="SocketStream"/>. One reader and one writer at a time.</summary>
/// <param name="socket">The inner stream.</param>
/// <param name="tls">Authenticated.</param>
/// <param name="serverCertificate">DER of the leaf.</param>
/// <param name="certificateAsked">The server asked for a client certificate during the handshake.</param>
internal sealed partial class TlsConnection(SocketStream socket, SslStream tls, byte[] serverCertificate, bool certificateAsked) : ITlsConnection
{
    /// <summary>How long Dispose waits for a woken reader, so that it can say close_notify.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly TlsDirection _reading = new();
    private readonly TlsDirection _writing = new();
    private int _disposed;
    private bool _dataSeen;
    private bool _closeNotifySeen;

    public IPEndPoint RemoteEndPoint => socket.RemoteEndPoint;

    public ReadOnlyMemory<byte> ServerCertificate { get; } = serverCertificate;

    /// <summary>What was agreed upon and shown, for people.</summary>
    public TlsSummary? Summary { get; init; }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        _reading.Enter();
        try
        {
            int count = await tls.ReadAsync(buffer, cancellation).ConfigureAwait(false);
            NoteEnd(buffer.Length, count);
            return count;
        }
        finally
        {
            _reading.Leave();
        }
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        _writing.Enter();
        try
        {
            await tls.WriteAsync(buffer, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _writing.Leave();
        }
    }

    public int Read(Span<byte> buffer)
    {
        _reading.Enter();
        try
        {
            int count = tls.Read(buffer);
            NoteEnd(buffer.Length, count);
            return count;
        }
        finally
        {
            _reading.Leave();
        }
    }

    public void Write(ReadOnlySpan<byte> buffer)
    {
        _writing.Enter();
        try
        {
            tls.Write(buffer);
        }
        finally
        {
            _writing.Leave();
        }
    }

    public void Abort() => socket.Abort();

    /// <summary>Says close_notify when that goes without waiting, then cuts.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        if (!socket.IsAborted && socket.FirstErrno == 0)
        {
            socket.BeginClose();
            // OpenSSL must not be entered while another thread may be inside it.
            if (_writing.TryClose(TimeSpan.Zero) && _reading.TryClose(s_patience))
            {
                SayGoodbye();
            }
        }
        socket.Abort();
        tls.Dispose();
    }

    private void NoteEnd(int wanted, int count)
    {
        _dataSeen |= count > 0;
        if (wanted > 0 && count == 0 && !socket.EndSeen && !socket.IsClosing)
        {
            _closeNotifySeen = true;
        }
    }

    private void SayGoodbye()
    {
        try
        {
            // Never waits: the inner stream drops what does not fit into the socket.
            tls.ShutdownAsync().GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or CryptographicException)
        {
            // A courtesy only; the connection goes either way.
        }
    }
}
