using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TunnelCore.Net;

/// <summary>A certificate that is good whatever else is said about it, known by the SHA-256 over its DER.</summary>
public sealed record CertificatePin
{
    private const int Digits = 64;

    private CertificatePin(string hex) => Hex = hex;

    /// <summary>64 capital hexadecimal digits.</summary>
    public string Hex { get; }

    public static CertificatePin Of(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return new CertificatePin(certificate.GetCertHashString(HashAlgorithmName.SHA256));
    }

    /// <summary>Reads 64 hexadecimal digits; colons and blanks between pairs, and "SHA256:" in front, are taken as tools print them.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out CertificatePin? pin)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Prefix = "sha256:";
        string rest = text.Trim();
        rest = rest.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? rest[Prefix.Length..] : rest;
        string hex = string.Concat(rest.Split(':', ' ')).ToUpperInvariant();
        bool pairs = rest.Split(':', ' ').All(part => part.Length % 2 == 0 && part.Length > 0);
        pin = pairs && hex.Length == Digits && hex.All(char.IsAsciiHexDigit) ? new CertificatePin(hex) : null;
        return pin is not null;
    }

    /// <summary>In the pairs that browsers and openssl show.</summary>
    public override string ToString() => string.Join(':', Hex.Chunk(2).Select(pair => new string(pair)));
}
