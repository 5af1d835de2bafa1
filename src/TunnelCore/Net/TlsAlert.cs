namespace TunnelCore.Net;

/// <summary>Alert descriptions (RFC 8446 section 6, RFC 5246 section 7.2, RFC 6066).</summary>
internal static class TlsAlert
{
    public const int HandshakeFailure = 40;
    public const int BadCertificate = 42;
    public const int UnsupportedCertificate = 43;
    public const int CertificateUnknown = 46;
    public const int UnknownCa = 48;
    public const int AccessDenied = 49;
    public const int ProtocolVersion = 70;
    public const int InsufficientSecurity = 71;
    public const int InappropriateFallback = 86;
    public const int UnrecognizedName = 112;
    public const int CertificateRequired = 116;

    private static readonly (int Alert, string Name)[] s_names =
    [
        (0, "close_notify"), (10, "unexpected_message"), (20, "bad_record_mac"), (21, "decryption_failed"), (22, "record_overflow"),
        (30, "decompression_failure"), (HandshakeFailure, "handshake_failure"), (41, "no_certificate"), (BadCertificate, "bad_certificate"),
        (UnsupportedCertificate, "unsupported_certificate"), (44, "certificate_revoked"), (45, "certificate_expired"),
        (CertificateUnknown, "certificate_unknown"), (47, "illegal_parameter"), (UnknownCa, "unknown_ca"), (AccessDenied, "access_denied"),
        (50, "decode_error"), (51, "decrypt_error"), (60, "export_restriction"), (ProtocolVersion, "protocol_version"),
        (InsufficientSecurity, "insufficient_security"), (80, "internal_error"), (InappropriateFallback, "inappropriate_fallback"),
        (90, "user_canceled"), (100, "no_renegotiation"), (109, "missing_extension"), (110, "unsupported_extension"),
        (111, "certificate_unobtainable"), (UnrecognizedName, "unrecognized_name"), (113, "bad_certificate_status_response"),
        (114, "bad_certificate_hash_value"), (115, "unknown_psk_identity"), (CertificateRequired, "certificate_required"),
        (120, "no_application_protocol"),
    ];

    public static string Name(int alert) => Array.Find(s_names, row => row.Alert == alert).Name ?? $"number {alert}";
}
