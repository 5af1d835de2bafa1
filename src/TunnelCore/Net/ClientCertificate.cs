using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>Our certificate and key for a login, read, decrypted and found to belong together.</summary>
internal sealed class ClientCertificate : IDisposable
{
    private const int MaxBytes = 1 << 20;

    private ClientCertificate(byte[] certificates, byte[] key, string name) => (Certificates, Key, Name) = (certificates, key, name);

    /// <summary>PEM, our own first.</summary>
    public byte[] Certificates { get; }

    /// <summary>PEM, not encrypted; wiped on Dispose.</summary>
    public byte[] Key { get; }

    /// <summary>Whom the certificate names: principal name, e-mail address or common name; "" when it names nobody.</summary>
    public string Name { get; }

    /// <summary>Throws TunnelException: MissingFile or KeyPassphrase, with the path.</summary>
    public static ClientCertificate Load(CertificateLogin login, TimeProvider time)
    {
        byte[]? passphrase = login.Passphrase?.Utf8.ToArray();
        byte[] file = ProfileFile.Read(login.CertificateFile, MaxBytes, login.FileUser);
        string keyPath = login.KeyFile ?? login.CertificateFile;
        byte[] keyFile = login.KeyFile is null ? file : ProfileFile.Read(keyPath, PrivateKeyFile.MaxBytes, login.FileUser);
        byte[]? key = null;
        try
        {
            key = PrivateKeyFile.Decode(keyPath, keyFile, passphrase, out byte[]? publicKey);
            X509Certificate2Collection all = ReadCertificates(login.CertificateFile, file, passphrase);
            X509Certificate2 own = FindOwn(all, publicKey)
                ?? throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(keyPath)}: this private key does not belong to the certificate in {PrintableText.From(login.CertificateFile)}");
            CheckDates(login.CertificateFile, own, time.GetUtcNow());
            byte[] pem = [.. new[] { own }.Concat(all.Where(other => !ReferenceEquals(other, own))).SelectMany(one => PemBlock.Write("CERTIFICATE", one.RawData))];
            return new ClientCertificate(pem, PemBlock.Write("PRIVATE KEY", key), NameIn(own));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(passphrase);
            CryptographicOperations.ZeroMemory(keyFile);
        }
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(Key);

    private static X509Certificate2Collection ReadCertificates(string path, byte[] file, byte[]? passphrase)
    {
        try
        {
            if (PrivateKeyFile.IsPkcs12(file))
            {
                return passphrase is null
                    ? throw new TunnelException(Cause.KeyPassphrase, $"{PrintableText.From(path)} is encrypted")
                    : PrivateKeyFile.OpenPkcs12(file, passphrase);
            }
            X509Certificate2Collection found =
                [.. PemBlock.ReadAll(file).Where(block => block.Label == "CERTIFICATE").Select(block => X509CertificateLoader.LoadCertificate(block.Body))];
            return found.Count > 0 ? found : [X509CertificateLoader.LoadCertificate(file)];
        }
        catch (CryptographicException e)
        {
            throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(path)}: no certificate in it", e);
        }
    }

    private static X509Certificate2? FindOwn(X509Certificate2Collection all, byte[]? publicKey) => publicKey is null
        ? all.FirstOrDefault()
        : all.FirstOrDefault(one => one.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey));

    private static void CheckDates(string path, X509Certificate2 own, DateTimeOffset now)
    {
        string? complaint = now > own.NotAfter ? $"the certificate has expired on {own.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC"
            : now < own.NotBefore ? $"the certificate is valid only from {own.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC on"
            : null;
        if (complaint is not null)
        {
            throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(path)}: {complaint}");
        }
    }

    private static string NameIn(X509Certificate2 own)
    {
        X509NameType[] kinds = [X509NameType.UpnName, X509NameType.EmailName, X509NameType.SimpleName];
        return kinds.Select(kind => own.GetNameInfo(kind, forIssuer: false)).FirstOrDefault(name => !string.IsNullOrEmpty(name)) ?? "";
    }
}
