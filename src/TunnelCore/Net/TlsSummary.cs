using System.Security.Cryptography.X509Certificates;

namespace TunnelCore.Net;

/// <summary>A TLS handshake in words.</summary>
/// <param name="Version">TLS 1.2, TLS 1.3...</param>
/// <param name="Cipher">IANA name of the cipher suite.</param>
/// <param name="Names">What the certificate calls the server.</param>
/// <param name="Chain">Subjects that the server sent, its own first.</param>
/// <param name="Until">End of the certificate's validity.</param>
/// <param name="Fingerprint">SHA-256, as it pins.</param>
internal sealed record TlsSummary(string Version, string Cipher, string Names, IReadOnlyList<string> Chain, DateTime Until, CertificatePin Fingerprint)
{
    private const int MaxChain = 8;

    public static TlsSummary? Of(string version, string cipher, byte[]? leaf, IReadOnlyList<string> issuers)
    {
        if (leaf is null)
        {
            return null;
        }
        using X509Certificate2 own = X509CertificateLoader.LoadCertificate(leaf);
        string[] chain = [CertificateJudge.Show(own.SubjectName), .. issuers.Take(MaxChain)];
        return new TlsSummary(version, cipher, NameMatcher.ReadNames(own).ToString(), chain, own.NotAfter.ToUniversalTime(), CertificatePin.Of(own));
    }
}
