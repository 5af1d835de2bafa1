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
    private int _disposed;

    public IPEndPoint RemoteEndPoint => socket.RemoteEndPoint;

    public ReadOnlyMemory<byte> ServerCertificate { get; } = serverCertificate;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => tls.ReadAsync(buffer, cancellation);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation) => tls.WriteAsync(buffer, cancellation);

    public int Read(Span<byte> buffer) => tls.Read(buffer);

    public void Write(ReadOnlySpan<byte> buffer) => tls.Write(buffer);

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
            SayGoodbye();
        }
        socket.Abort();
        tls.Dispose();
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
