using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;

namespace NmPlugin.Profile;

/// <summary>What the keys of one profile say, filled row by row; the defaults are those of absent keys.</summary>
internal sealed class ProfileDraft
{
    public ServerEndpoint? Server { get; set; }

    public string? User { get; set; }

    public string? Domain { get; set; }

    public string? Password { get; set; }

    public SecretFlags PasswordFlags { get; set; }

    /// <summary>Null = the login is without a one-time code.</summary>
    public SecretFlags? OtpFlags { get; set; }

    public string? Otp { get; set; }

    public LoginMethod Login { get; set; }

    /// <summary>The tls-* keys as they stand in the profile.</summary>
    public Dictionary<string, string> CertificateKeys { get; } = [];

    /// <summary>What the private key's file needs; null = nobody looked.</summary>
    public KeyProtection? UserKey { get; set; }

    public PptpDataPath DataPath { get; set; }

    public string? CaFile { get; set; }

    public bool IgnoreCertificateErrors { get; set; }

    public IReadOnlyList<CertificatePin> ServerPins { get; set; } = [];

    /// <summary>The name that the server's certificate must have, where it is not the gateway's.</summary>
    public string? ServerName { get; set; }

    public TlsVersion ServerTlsMin { get; set; } = TlsVersion.Tls12;

    public TlsVersion ServerTlsMax { get; set; } = TlsVersion.Tls13;

    /// <summary>Unknown keys are a warning, not a failure.</summary>
    public bool AllowUnknownKeys { get; set; }

    public string? CrlFile { get; set; }

    public string? ProxyServer { get; set; }

    public int ProxyPort { get; set; }

    public string? ProxyUser { get; set; }

    public SecretFlags ProxyPasswordFlags { get; set; }

    public string? ProxyPassword { get; set; }

    public AuthenticationMethods Refused { get; set; }

    public MppeRequirement Mppe { get; set; }

    public bool MppeStateful { get; set; }

    public bool NoBsdCompression { get; set; }

    public bool NoDeflate { get; set; }

    public bool NoVjCompression { get; set; }

    /// <summary>Three echos, 10 s apart: a silently cut line is noticed after 30 to 40 s. The profile may switch it off with 0.</summary>
    public int LcpEchoFailure { get; set; } = 3;

    /// <summary>Seconds.</summary>
    public int LcpEchoInterval { get; set; } = 10;

    /// <summary>Seconds that a lost tunnel of a persistent connection is tried again; 0 = not at all.</summary>
    public int ReconnectTimeout { get; set; } = 600;

    public int? Unit { get; set; }

    /// <summary>1400 leaves room for SSTP, TLS, TCP and IP headers on a 1500-byte path.</summary>
    public int Mtu { get; set; } = 1400;

    /// <summary>An HTTP proxy is meant only when both its name and its port are there.</summary>
    public bool UsesProxy => ProxyServer is not null && ProxyPort > 0;

    public void Refuse(AuthenticationMethods method, bool yes) => Refused = yes ? Refused | method : Refused & ~method;

    public void Require(MppeRequirement strength, bool yes) => Mppe = yes ? Mppe | strength : Mppe & ~strength;
}
