using System.Net.Security;
using System.Security.Authentication;

namespace TunnelCore.Net;

/// <summary>Cipher settings that the allowed versions imply.</summary>
/// <remarks>
/// TLS 1.0 and 1.1 sign with SHA-1, which OpenSSL forbids above its security level 0. The runtime lowers the level only with
/// AllowNoEncryption; the explicit list of ciphers then keeps out the ones without encryption or authentication.
/// </remarks>
internal static class TlsPolicy
{
#pragma warning disable SYSLIB0039, CA5397 // What they are is the point here.
    private const SslProtocols Old = SslProtocols.Tls | SslProtocols.Tls11;
#pragma warning restore SYSLIB0039, CA5397

    private static readonly TlsCipherSuite[] s_suitesWithOldVersions =
    [
        TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_DHE_RSA_WITH_AES_256_CBC_SHA, TlsCipherSuite.TLS_DHE_RSA_WITH_AES_128_CBC_SHA,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_RSA_WITH_AES_256_CBC_SHA, TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA,
    ];

    /// <summary>null = the platform's default.</summary>
    public static CipherSuitesPolicy? CiphersFor(SslProtocols protocols) =>
        (protocols & Old) != 0 && OperatingSystem.IsLinux() ? new CipherSuitesPolicy(s_suitesWithOldVersions) : null;

    public static EncryptionPolicy EncryptionFor(SslProtocols protocols) =>
#pragma warning disable SYSLIB0040 // See the remarks.
        (protocols & Old) != 0 ? EncryptionPolicy.AllowNoEncryption : EncryptionPolicy.RequireEncryption;
#pragma warning restore SYSLIB0040
}
