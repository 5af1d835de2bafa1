namespace TunnelCore.Net;

/// <summary>Dials a server and brings TLS up; the edge that tests replace.</summary>
public interface IServerConnector
{
    /// <summary>
    /// Name lookup, TCP over all addresses, TLS with the certificate judged during the handshake. Throws
    /// <see cref="Diagnostics.TunnelException"/> with the cause, or <see cref="OperationCanceledException"/>.
    /// </summary>
    Task<ITlsConnection> ConnectAsync(ServerEndpoint server, TlsOptions tls, CancellationToken cancellation);
}
