namespace TunnelCore.Link;

/// <summary>What EAP-TLS logs in with (RFC 5216). Files may be PEM, DER or PKCS#12.</summary>
public sealed record CertificateLogin
{
    /// <summary>Name to log in as; null = the one in the certificate.</summary>
    public string? Identity { get; init; }

    /// <summary>Our certificate, with the issuers that the server may need.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>Its private key; null = in the certificate's file (PKCS#12).</summary>
    public string? KeyFile { get; init; }

    /// <summary>Of the private key's file; null = none is known.</summary>
    public Secret? Passphrase { get; init; }

    /// <summary>Issuer of the EAP server's certificate; null = the system's authorities.</summary>
    public string? CaFile { get; init; }

    /// <summary>Revocation list for the EAP server's certificate.</summary>
    public string? CrlFile { get; init; }

    /// <summary>Login name with whose rights the files are read; null = this process's.</summary>
    public string? FileUser { get; init; }

    /// <summary>1.0, 1.1, 1.2 or 1.3 for the TLS inside EAP; null = the engine's default.</summary>
    public string? MaxTlsVersion { get; init; }

    /// <summary>How the EAP server's name is compared with <see cref="RemoteName"/>: none, subject, name or suffix; null = not at all.</summary>
    public string? VerifyMethod { get; init; }

    public string? RemoteName { get; init; }

    /// <summary>The EAP server's certificate must be meant for servers.</summary>
    public bool VerifyKeyUsage { get; init; }
}
