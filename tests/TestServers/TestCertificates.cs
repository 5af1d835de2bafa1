using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TestServers;

/// <summary>A certification authority made at run time, and the good and bad certificates that it issues.</summary>
internal sealed class TestCertificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private readonly X509Certificate2? _issuer;

    public TestCertificates(string name = "Test CA", TestCertificates? issuer = null)
    {
        _issuer = issuer?.Authority;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        Authority = _issuer == null
            ? request.CreateSelfSigned(now.AddDays(-2), now.AddDays(30))
            : Sign(request, key, _issuer, now.AddDays(-1), now.AddDays(20));
    }

    /// <summary>The authority's own certificate, with its key.</summary>
    public X509Certificate2 Authority { get; }

    public string AuthorityPem => Authority.ExportCertificatePem();

    /// <summary>A server certificate for DNS names and IP addresses.</summary>
    /// <param name="names">Names for subjectAltName; what parses as an IP address becomes an IP entry. The first is the CN.</param>
    /// <param name="notBefore">Days from now.</param>
    /// <param name="notAfter">Days from now.</param>
    /// <param name="usage">Extended key usage OID; null leaves the extension out.</param>
    public X509Certificate2 Issue(string[] names, double notBefore = -0.5, double notAfter = 10, string? usage = ServerAuthentication)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return Sign(ServerRequest(key, names, usage), key, Authority, now.AddDays(notBefore), now.AddDays(notAfter));
    }

    public static X509Certificate2 SelfSigned(params string[] names)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return ServerRequest(key, names, ServerAuthentication).CreateSelfSigned(now.AddDays(-1), now.AddDays(10));
    }

    public void Dispose() => Authority.Dispose();

    private static CertificateRequest ServerRequest(ECDsa key, string[] names, string? usage)
    {
        CertificateRequest request = new($"CN={names.FirstOrDefault("nameless")}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, false));
        if (usage != null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }
        SubjectAlternativeNameBuilder alternatives = new();
        foreach (string name in names)
        {
            if (IPAddress.TryParse(name, out IPAddress? address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }
        if (names.Length > 0)
        {
            request.CertificateExtensions.Add(alternatives.Build());
        }
        return request;
    }

    private static X509Certificate2 Sign(CertificateRequest request, ECDsa key, X509Certificate2 issuer, DateTimeOffset from, DateTimeOffset to)
    {
        DateTimeOffset earliest = new(issuer.NotBefore.ToUniversalTime());
        DateTimeOffset latest = new(issuer.NotAfter.ToUniversalTime());
        using X509Certificate2 bare = request.Create(issuer, from < earliest ? earliest : from, to > latest ? latest : to, RandomNumberGenerator.GetBytes(12));
        return bare.CopyWithPrivateKey(key);
    }
}
