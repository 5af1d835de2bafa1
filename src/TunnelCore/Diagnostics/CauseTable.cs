using System.Collections.Frozen;
using static TunnelCore.Diagnostics.Cause;
using static TunnelCore.Diagnostics.FailureKind;

namespace TunnelCore.Diagnostics;

/// <summary>
/// The one table of causes: what the journal, the bus, the programs and docs/troubleshooting.md say about each.
/// </summary>
public static class CauseTable
{
    /// <summary>Every cause, in the order of <see cref="Cause"/>.</summary>
    public static IReadOnlyList<CauseInfo> All { get; } =
    [
        new(Cancelled, "cancelled", "The connection was stopped on request.", null, None, 0),
        new(ShuttingDown, "shutdown", "The VPN service itself was told to end.", null, None, 0),
        new(TimedOut, "timeout", "The connection did not come up in the time that the profile allows ({0}).", "vpn.timeout in the profile sets that time.", ConnectFailed, 255),
        new(InternalError, "internal", "The VPN service ran into an error of its own: {0}.", "Please report it with the journal's lines.", ConnectFailed, 255),
        new(BadKey, "profile.bad-value", "The profile's setting {0}.", "Correct it with 'nmcli connection modify' or in the connection editor.", ConnectFailed, 255),
        new(UnknownKey, "profile.unknown-key", "The profile has an unknown setting: {0}.", "Correct or remove it with 'nmcli connection modify'.", ConnectFailed, 255),
        new(MissingKey, "profile.missing", "The profile lacks a setting: {0}.", "Add it with 'nmcli connection modify' or in the connection editor.", ConnectFailed, 255),
        new(NotSupported, "profile.not-supported", "This version cannot do what the profile asks for: {0}.", null, ConnectFailed, 255),
        new(MissingFile, "file.unreadable", "A file that the profile names cannot be used: {0}.", "Check the path and that the file is readable and in PEM format.", ConnectFailed, 255),
        new(NotInstalled, "install.incomplete", "The VPN service is not installed completely: {0}.", "Install it again.", ConnectFailed, 255),
        new(NoPassword, "password.missing", "No password is known for this connection.", null, LoginFailed, 255),
        new(NameNotFound, "dns.not-found", "The server's name cannot be found: {0}.", "Check the spelling and the network's name servers.", ConnectFailed, 255),
        new(NameLookupTimeout, "dns.timeout", "The name servers do not answer ({0}).", "Check the network connection.", ConnectFailed, 255),
        new(TcpRefused, "tcp.refused", "The server refused the connection ({0}: connection refused).", "Check the port, and whether the VPN service runs on the server.", ConnectFailed, 255),
        new(TcpTimeout, "tcp.timeout", "The server does not answer ({0}: timed out).", "Check the address; a firewall may drop the packets.", ConnectFailed, 255),
        new(TcpUnreachable, "tcp.unreachable", "The server cannot be reached ({0}).", "Check the network connection.", ConnectFailed, 255),
        new(TcpFailed, "tcp.failed", "The connection to the server failed ({0}).", null, ConnectFailed, 255),
        new(TlsTimeout, "tls.timeout", "The server took the connection but the TLS handshake timed out ({0}).", "Check that the port is the server's SSTP port.", ConnectFailed, 255),
        new(TlsNotTls, "tls.not-tls", "What answers there is not a TLS server ({0}).", "Check the port.", ConnectFailed, 255),
        new(TlsClosed, "tls.closed", "The server closed the connection during the TLS handshake ({0}).", null, ConnectFailed, 255),
        new(TlsVersion, "tls.version", "The server offers no TLS version that is allowed here ({0}).", "Old servers need a lower minimum TLS version.", ConnectFailed, 255),
        new(TlsNoCipher, "tls.no-cipher", "The server has no cipher in common with us, or no certificate ({0}).", "A MikroTik router needs a certificate for its SSTP server.", ConnectFailed, 255),
        new(TlsClientCertificate, "tls.client-certificate", "The server asked for a client certificate and none is configured ({0}).", null, ConnectFailed, 255),
        new(TlsHostNameRefused, "tls.name-refused", "The server refused this host name during the TLS handshake ({0}).", "Use the name that the server was set up with.", ConnectFailed, 255),
        new(TlsFailed, "tls.failed", "The TLS handshake failed ({0}).", null, ConnectFailed, 255),
        new(CertificateSelfSigned, "certificate.self-signed", "The server's certificate is signed by itself, so nothing vouches for it ({0}).", "If you trust it, give it as CA certificate of the connection.", ConnectFailed, 254),
        new(CertificateUnknownIssuer, "certificate.unknown-issuer", "The server's certificate comes from an issuer that is not trusted here ({0}).", "Give the issuer's certificate as CA certificate of the connection; the server may also fail to send an intermediate certificate.", ConnectFailed, 254),
        new(CertificateExpired, "certificate.expired", "The server's certificate has expired ({0}).", "Check this machine's clock, or ask the server's administrator.", ConnectFailed, 254),
        new(CertificateNotYetValid, "certificate.not-yet-valid", "The server's certificate is not valid yet ({0}).", "Check this machine's clock.", ConnectFailed, 254),
        new(CertificateName, "certificate.name", "The server's certificate is for another name ({0}).", "Use one of the certificate's names as gateway.", ConnectFailed, 254),
        new(CertificateUsage, "certificate.usage", "The server's certificate is not meant for a server ({0}).", null, ConnectFailed, 254),
        new(CertificateRevoked, "certificate.revoked", "The server's certificate has been revoked ({0}).", null, ConnectFailed, 254),
        new(CertificateInvalid, "certificate.invalid", "The server's certificate cannot be verified ({0}).", null, ConnectFailed, 254),
        new(HttpAuthentication, "http.authentication", "A web server answered and asks for authentication: not an SSTP endpoint? ({0}).", "Check server name and port.", ConnectFailed, 255),
        new(HttpNotFound, "http.not-found", "There is no SSTP service at this host name ({0}).", "Check server name and port.", ConnectFailed, 255),
        new(HttpUnavailable, "http.unavailable", "The server is busy or does not offer SSTP ({0}).", "Try again later, or ask the server's administrator.", ConnectFailed, 255),
        new(HttpRedirect, "http.redirect", "The server points to another address, which an SSTP client must not follow ({0}).", "If that is the VPN server, use its name as gateway.", ConnectFailed, 255),
        new(HttpStatus, "http.status", "The server declined the SSTP request ({0}).", null, ConnectFailed, 255),
        new(HttpTimeout, "http.timeout", "The server sent no HTTP answer to the SSTP request ({0}).", null, ConnectFailed, 255),
        new(HttpClosed, "http.closed", "The server closed the connection before its HTTP answer ({0}).", null, ConnectFailed, 255),
        new(HttpGarbage, "http.garbage", "The server's answer is not HTTP ({0}).", "Check that the port is the server's SSTP port.", ConnectFailed, 255),
        new(HttpTooLarge, "http.too-large", "The server's HTTP answer is too large ({0}).", null, ConnectFailed, 255),
        new(SstpProtocol, "sstp.protocol", "The server broke the SSTP protocol ({0}).", null, ConnectFailed, 255),
        new(SstpRefused, "sstp.refused", "The server refused the SSTP call ({0}).", null, ConnectFailed, 255),
        new(SstpTimeout, "sstp.timeout", "The server did not answer the SSTP call ({0}).", null, ConnectFailed, 255),
        new(SstpAborted, "sstp.aborted", "The server aborted the SSTP call ({0}).", null, ConnectFailed, 255),
        new(SstpBinding, "sstp.binding", "The server probably refused the crypto binding: it broke off right after the login ({0}).", "Something between you and the server may decrypt the connection, or user and password do not match what the server checked.", ConnectFailed, 255),
        new(SstpDisconnected, "sstp.disconnected", "The server ended the SSTP call before the tunnel was up ({0}).", null, ConnectFailed, 255),
        new(ConnectionClosed, "connection.closed", "The server closed the connection ({0}).", null, ConnectFailed, 255),
        new(ConnectionReset, "connection.reset", "The connection to the server was reset ({0}).", null, ConnectFailed, 255),
        new(ConnectionBroken, "connection.broken", "The connection to the server broke ({0}).", null, ConnectFailed, 255),
        new(DeadPeer, "connection.dead", "The server does not answer any more ({0}).", "Check the network connection.", ConnectFailed, 255),
        new(LcpTimeout, "ppp.lcp-timeout", "The server does not negotiate PPP ({0}).", null, ConnectFailed, 255),
        new(LcpFailed, "ppp.lcp-failed", "PPP negotiation with the server failed ({0}).", null, ConnectFailed, 255),
        new(AuthenticationFailed, "login.failed", "The server refused user name or password ({0}).", "Check both; some servers want DOMAIN\\user.", LoginFailed, 255),
        new(AuthenticationTimeout, "login.timeout", "The server did not finish the login: authentication timed out ({0}).", null, ConnectFailed, 255),
        new(AuthenticationMethod, "login.no-method", "The server wants a login method that the profile forbids ({0}).", "Check the profile's refuse-... settings.", LoginFailed, 255),
        new(PeerNotAuthenticated, "login.server-unproven", "The server failed to prove its identity ({0}).", null, LoginFailed, 255),
        new(MppeFailed, "ppp.mppe", "The server does not do the encryption (MPPE) that the profile demands ({0}).", "Over PPTP only the server's administrator can help; over SSTP, TLS encrypts the tunnel already and the profile can do without MPPE.", ConnectFailed, 255),
        new(NoMppeModule, "ppp.no-mppe-module", "This kernel has no MPPE ({0}).", "Load or install the kernel module ppp_mppe.", ConnectFailed, 255),
        new(NoPppDevice, "ppp.no-device", "This kernel has no PPP: /dev/ppp is missing ({0}).", "Load or install the kernel module ppp_generic.", ConnectFailed, 255),
        new(IpcpFailed, "ip.failed", "The server agreed on no network protocol ({0}).", null, BadIpConfig, 255),
        new(NoAddress, "ip.no-address", "The server gave no usable IP address ({0}).", null, BadIpConfig, 255),
        new(PeerEnded, "peer.ended", "The server ended the connection ({0}).", null, None, 0),
        new(LinkGone, "link.gone", "The tunnel's network interface was removed ({0}).", null, ConnectFailed, 255),
        new(EngineMissing, "pppd.missing", "pppd cannot be started ({0}).", "Install the package ppp.", ConnectFailed, 255),
        new(EngineOptions, "pppd.options", "pppd refused its options ({0}).", null, ConnectFailed, 255),
        new(EngineSilent, "pppd.silent", "pppd started but its plugin never called back ({0}).", "Check that the plugin is installed where the service looks for it.", ConnectFailed, 255),
        new(EngineDied, "pppd.died", "pppd ended unexpectedly ({0}).", null, ConnectFailed, 255),
        new(PptpControlTimeout, "pptp.timeout", "The server took the connection but does not answer as a PPTP server ({0}).", "Check that it is a PPTP server.", ConnectFailed, 1),
        new(PptpRefused, "pptp.refused", "The server refused the PPTP connection ({0}).", null, ConnectFailed, 1),
        new(PptpProtocol, "pptp.protocol", "The server broke the PPTP protocol ({0}).", "Check that it is a PPTP server.", ConnectFailed, 1),
        new(PptpCallRefused, "pptp.call-refused", "The server refused the PPTP call ({0}).", "Try again later, or ask the server's administrator.", ConnectFailed, 1),
        new(PptpCallTimeout, "pptp.call-timeout", "The server did not answer the PPTP call ({0}).", "Try again later, or ask the server's administrator.", ConnectFailed, 1),
        new(GreSocket, "gre.socket", "The socket for GRE packets cannot be opened ({0}).", "Raw sockets need root or the capability CAP_NET_RAW.", ConnectFailed, 1),
        new(GreBlocked, "gre.blocked", "The PPTP call is up, but no GRE packets come from the server ({0}).", "A firewall or router on the way must pass IP protocol 47; a Linux firewall here needs the conntrack helper 'pptp' assigned to TCP port 1723, or a rule that accepts GRE from the server.", ConnectFailed, 1),
        new(GreSendFailed, "gre.send-failed", "GRE packets to the server cannot be sent ({0}).", "Check the route to the server, and firewall rules for outgoing packets.", ConnectFailed, 1),
        new(KernelPptp, "pptp.kernel", "The kernel cannot carry the PPTP call, as data-path=kernel demands ({0}).", "Load or install the kernel module pptp, or leave data-path out.", ConnectFailed, 1),
        new(RouteFailed, "route.failed", "No route of its own to the server can be made ({0}).", "That needs root or the capability CAP_NET_ADMIN.", ConnectFailed, 255),
        new(PrivilegesKept, "privileges.kept", "The program cannot give up root's privileges ({0}).", "Check the options --priv-user, --priv-group and --priv-dir.", ConnectFailed, 255),
        new(LineUnusable, "line.unusable", "Standard input is no line that PPP can run on ({0}).", "With --nolaunchpppd, pppd starts the program by its option pty.", ConnectFailed, 255),
    ];

    private static readonly FrozenDictionary<Cause, CauseInfo> s_rows = All.ToFrozenDictionary(row => row.Cause);

    public static CauseInfo Get(Cause cause) => s_rows[cause];
}
