using System.Net;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>
/// An established and judged TLS connection. One reader and one writer may work at the same time, each on its own thread or task.
/// Blocking and asynchronous calls of one direction never overlap; after the first blocking call a direction stays blocking.
/// </summary>
public interface ITlsConnection : IDisposable
{
    /// <summary>The peer as connected: the server, or the proxy.</summary>
    IPEndPoint RemoteEndPoint { get; }

    /// <summary>DER of the leaf certificate that the server showed, for the crypto binding.</summary>
    ReadOnlyMemory<byte> ServerCertificate { get; }

    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation);

    ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation);

    /// <summary>Blocks until something is there; 0 = orderly end. No allocation in the steady state.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Blocks until all is handed to the kernel. No allocation in the steady state.</summary>
    void Write(ReadOnlySpan<byte> buffer);

    /// <summary>Words for what ended the connection: close_notify, bare FIN, reset or an error of the TLS layer.</summary>
    /// <param name="error">What Read or Write threw; null after Read returned 0.</param>
    Failure DescribeEnd(Exception? error);

    /// <summary>Cuts the connection; blocked calls return or throw at once. Any thread, idempotent.</summary>
    void Abort();
}
