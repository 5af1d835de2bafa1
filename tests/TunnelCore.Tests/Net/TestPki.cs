using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TunnelCore.Tests.Net;

/// <summary>Makes certificates: a root, an intermediate, and servers under them.</summary>
internal static class TestPki
{
    public static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    public static X509Certificate2 Root { get; } = MakeAuthority("CN=Test Root", null);

    public static X509Certificate2 Intermediate { get; } = MakeAuthority("CN=Test Intermediate", Root);

    /// <summary>vpn.example.org, under the root.</summary>
    public static X509Certificate2 Good { get; } = MakeServer(Root, dns: ["vpn.example.org"]);

    public static X509Certificate2 MakeAuthority(string name, X509Certificate2? issuer)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return Issue(request, key, issuer, Now.AddYears(-2), Now.AddYears(2));
    }

    /// <param name="issuer">null = signed by itself.</param>
    public static X509Certificate2 MakeServer(
        X509Certificate2? issuer, string subject = "CN=server", string[]? dns = null, IPAddress[]? addresses = null,
        DateTimeOffset? from = null, DateTimeOffset? until = null, string? usage = "1.3.6.1.5.5.7.3.1", AsymmetricAlgorithm? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = key is RSA rsa
            ? new(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        if (dns is not null || addresses is not null)
        {
            SubjectAlternativeNameBuilder names = new();
            Array.ForEach(dns ?? [], names.AddDnsName);
            Array.ForEach(addresses ?? [], names.AddIpAddress);
            request.CertificateExtensions.Add(names.Build());
        }
        if (usage is not null)
        {
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        }
        return Issue(request, key, issuer, from ?? Now.AddDays(-30), until ?? Now.AddDays(30));
    }

    public static string WritePem(params X509Certificate2[] certificates) =>
        WriteFile(string.Join('\n', certificates.Select(certificate => certificate.ExportCertificatePem())));

    /// <summary>A directory that goes with the test process.</summary>
    public static string Scratch { get; } = MakeScratch();

    public static string WriteFile(string text)
    {
        string path = Path.Combine(Scratch, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, text);
        return path;
    }

    private static string MakeScratch()
    {
        string path = Directory.CreateTempSubdirectory("tunnelcore-net-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(path, recursive: true);
        return path;
    }

    private static X509Certificate2 Issue(CertificateRequest request, AsymmetricAlgorithm key, X509Certificate2? issuer, DateTimeOffset from, DateTimeOffset until)
    {
        if (issuer is null)
        {
            return request.CreateSelfSigned(from, until);
        }
        X509Certificate2 certificate = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!), from, until, RandomNumberGenerator.GetBytes(9));
        return key is RSA rsa ? certificate.CopyWithPrivateKey(rsa) : certificate.CopyWithPrivateKey((ECDsa)key);
    }

}
