using System.Security.Authentication;

namespace TunnelCore.Net;

/// <summary>How the server's TLS is judged.</summary>
public sealed record TlsOptions
{
    /// <summary>Name that the certificate must carry and that is sent as SNI; null = the host as typed.</summary>
    public string? ExpectedName { get; init; }

    /// <summary>PEM file with trusted issuers; null = only the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>
    /// The issuers of <see cref="CaFile"/> come on top of the system's, as openssl and the programs have it. Otherwise a file with a
    /// private authority replaces the system's, while one that names public authorities leaves the others valid: public servers change
    /// their issuers.
    /// </summary>
    public bool AddsCaFile { get; init; }

    /// <summary>Directory with hashed CA files; null = the system's.</summary>
    public string? CaDirectory { get; init; }

    /// <summary>File with revocation lists (PEM or DER). With lists given, the server's certificate needs one that covers it.</summary>
    public string? CrlFile { get; init; }

    /// <summary>Directory with revocation lists.</summary>
    public string? CrlDirectory { get; init; }

    /// <summary>Login name with whose rights the two files are read; null = this process's.</summary>
    public string? FileUser { get; init; }

    /// <summary>Every certificate error, wrong name included, is logged and ignored.</summary>
    public bool IgnoreCertificateErrors { get; init; }

    /// <summary>
    /// The server must show one of these certificates; nothing else about it is checked then, and <see cref="IgnoreCertificateErrors"/>
    /// has no effect. Empty = chain and name decide.
    /// </summary>
    public IReadOnlyList<CertificatePin> Pins { get; init; } = [];

    /// <summary>
    /// Versions that may be negotiated, without a gap between them. With TLS 1.0 or 1.1 among them the crypto library's security level is lowered for this
    /// connection, as those need SHA-1.
    /// </summary>
    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;
}
