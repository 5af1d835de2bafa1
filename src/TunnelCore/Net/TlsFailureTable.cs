using System.Collections.Frozen;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>What an alert or an error of the TLS library means for the user.</summary>
internal static class TlsFailureTable
{
    private static readonly FrozenDictionary<int, Cause> s_alerts = new Dictionary<int, Cause>
    {
        [TlsAlert.HandshakeFailure] = Cause.TlsNoCipher,
        [TlsAlert.InsufficientSecurity] = Cause.TlsNoCipher,
        [TlsAlert.ProtocolVersion] = Cause.TlsVersion,
        [TlsAlert.InappropriateFallback] = Cause.TlsVersion,
        [TlsAlert.UnrecognizedName] = Cause.TlsHostNameRefused,
        [TlsAlert.CertificateRequired] = Cause.TlsClientCertificate,
    }.ToFrozenDictionary();

    /// <summary>Alerts that mean our missing certificate when the server had asked for one.</summary>
    private static readonly FrozenSet<int> s_clientCertificateAlerts =
    [
        TlsAlert.HandshakeFailure, 41, TlsAlert.BadCertificate, TlsAlert.UnsupportedCertificate, 44, 45, TlsAlert.CertificateUnknown,
        TlsAlert.UnknownCa, TlsAlert.AccessDenied, TlsAlert.CertificateRequired,
    ];

    private static readonly FrozenDictionary<int, Cause> s_reasons = new Dictionary<int, Cause>
    {
        [OpenSslError.NoCiphersAvailable] = Cause.TlsNoCipher,
        [OpenSslError.NoSharedCipher] = Cause.TlsNoCipher,
        [OpenSslError.NoProtocolsAvailable] = Cause.TlsVersion,
        [OpenSslError.UnsupportedProtocol] = Cause.TlsVersion,
        [OpenSslError.HttpRequest] = Cause.TlsNotTls,
        [OpenSslError.HttpsProxyRequest] = Cause.TlsNotTls,
        [OpenSslError.WrongVersionNumber] = Cause.TlsNotTls,
        [OpenSslError.UnexpectedEnd] = Cause.TlsClosed,
    }.ToFrozenDictionary();

    /// <param name="alert">Alert that the server sent.</param>
    /// <param name="certificateAsked">The server has asked for a client certificate before.</param>
    public static Cause ForAlert(int alert, bool certificateAsked) =>
        certificateAsked && s_clientCertificateAlerts.Contains(alert) ? Cause.TlsClientCertificate
        : s_alerts.GetValueOrDefault(alert, Cause.TlsFailed);

    public static Cause ForReason(int reason) => s_reasons.GetValueOrDefault(reason, Cause.TlsFailed);
}
