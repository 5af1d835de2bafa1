using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;

namespace TunnelCore.Net;

/// <summary>Messages of the room Net: ids 1000 and up.</summary>
internal static partial class NetLog
{
    [LoggerMessage(1000, LogLevel.Information, "Resolved {Host} to {Addresses}")]
    public static partial void Resolved(ILogger log, string host, string addresses);

    [LoggerMessage(1001, LogLevel.Information, "Connected to {Address}")]
    public static partial void Connected(ILogger log, IPEndPoint address);

    [LoggerMessage(1002, LogLevel.Information, "TLS with {Server} is up: {Protocol}, {Cipher}")]
    public static partial void TlsEstablished(ILogger log, ServerEndpoint server, SslProtocols protocol, TlsCipherSuite cipher);

    [LoggerMessage(1003, LogLevel.Warning,
        "The certificate of {Server} is accepted in spite of errors, as the profile says: subject {Subject}, issuer {Issuer}, SHA-256 fingerprint {Fingerprint}; {Reasons}")]
    public static partial void CertificateErrorIgnored(
        ILogger log, ServerEndpoint server, string subject, string issuer, string fingerprint, string reasons);

    [LoggerMessage(1004, LogLevel.Information, "The proxy {Proxy} connected to {Server}")]
    public static partial void ProxyConnected(ILogger log, ServerEndpoint server, ServerEndpoint proxy);

    [LoggerMessage(1005, LogLevel.Information, "The proxy {Proxy} wants a login, trying {Scheme}")]
    public static partial void ProxyLogin(ILogger log, ServerEndpoint proxy, string scheme);

    [LoggerMessage(1006, LogLevel.Information, "The certificate of {Server} is the pinned one, SHA-256 fingerprint {Pin}")]
    public static partial void CertificatePinned(ILogger log, ServerEndpoint server, CertificatePin pin);
}
