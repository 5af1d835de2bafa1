using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

/// <summary>Keys and certificates as openssl writes them (connection-keys S31 to S36).</summary>
public sealed class ClientCertificateTests
{
    private const string Password = "s3 cret\"$é";

    private static readonly string s_passwordFile = MakePassword();

    /// <summary>Form of the key, options of openssl that make it from key.pem, whether it has a password.</summary>
    public static TheoryData<string, string, string, bool> Keys => new()
    {
        { "rsa", "PKCS8 PEM", "pkcs8 -topk8 -nocrypt", false },
        { "rsa", "PKCS8 DER", "pkcs8 -topk8 -nocrypt -outform DER", false },
        { "rsa", "PKCS1 PEM", "rsa -traditional", false },
        { "rsa", "PKCS1 DER", "rsa -traditional -outform DER", false },
        { "ec", "SEC1 PEM", "ec", false },
        { "ec", "SEC1 DER", "ec -outform DER", false },
        { "ec", "PKCS8 PEM", "pkcs8 -topk8 -nocrypt", false },
        { "rsa", "encrypted PKCS8 PEM", "pkcs8 -topk8 -passout file:PASS", true },
        { "rsa", "encrypted PKCS8 DER", "pkcs8 -topk8 -outform DER -passout file:PASS", true },
        { "ec", "encrypted PKCS8 3DES", "pkcs8 -topk8 -v2 des3 -passout file:PASS", true },
        { "rsa", "encrypted PKCS1 AES-128", "rsa -traditional -aes128 -passout file:PASS", true },
        { "rsa", "encrypted PKCS1 AES-256", "rsa -traditional -aes256 -passout file:PASS", true },
        { "rsa", "encrypted PKCS1 3DES", "rsa -traditional -des3 -passout file:PASS", true },
        { "ec", "encrypted SEC1 AES-192", "ec -aes192 -passout file:PASS", true },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void S31_S33_S36_EveryFormOfKey(string algorithm, string form, string arguments, bool encrypted)
    {
        (string certificate, string key) = MakePair(algorithm, "alice");
        string file = Path.Combine(TestPki.Scratch, $"{Guid.NewGuid():N}.key");
        OpenSslTool.Run($"{arguments.Replace("PASS", s_passwordFile, StringComparison.Ordinal)} -in {key} -out {file}");
        Assert.Equal((form, encrypted ? KeyProtection.Encrypted : KeyProtection.Plain), (form, PrivateKeyFile.Inspect(file)));
        using ClientCertificate loaded = Load(certificate, file, encrypted ? Password : null);
        Assert.Equal("alice", loaded.Name);
        AssertSameKey(File.ReadAllText(key), loaded.Key);
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", Encoding.ASCII.GetString(loaded.Certificates), StringComparison.Ordinal);
        if (encrypted)
        {
            Assert.Equal((Cause.KeyPassphrase, FailureKind.LoginFailed), Fails(certificate, file, null));
            Assert.Equal((Cause.KeyPassphrase, FailureKind.LoginFailed), Fails(certificate, file, "wrong"));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" -legacy")]
    [InlineData(" -keypbe NONE -certpbe NONE")]
    public void S35_Pkcs12_AloneAndWithItsChain(string how)
    {
        (string certificate, string key) = MakePair("rsa", "bob");
        string issuer = TestPki.WritePem(TestPki.Root), file = Path.Combine(TestPki.Scratch, $"{Guid.NewGuid():N}.p12");
        OpenSslTool.Run($"pkcs12 -export -in {certificate} -inkey {key} -certfile {issuer} -out {file} -passout file:{s_passwordFile}{how}");
        Assert.Equal(KeyProtection.Encrypted, PrivateKeyFile.Inspect(file));
        foreach (string? keyFile in new[] { null, file })
        {
            using ClientCertificate loaded = Load(file, keyFile, Password);
            Assert.Equal("bob", loaded.Name);
            AssertSameKey(File.ReadAllText(key), loaded.Key);
            Assert.Equal(2, Encoding.ASCII.GetString(loaded.Certificates).Split("BEGIN CERTIFICATE").Length - 1);
        }
        Assert.Equal((Cause.KeyPassphrase, FailureKind.LoginFailed), Fails(file, null, "wrong"));
        Assert.Equal((Cause.KeyPassphrase, FailureKind.LoginFailed), Fails(file, file, null));
    }

    [Fact]
    public void S36_WhatDoesNotFit_IsNamed()
    {
        (string certificate, string key) = MakePair("ec", "alice");
        (string otherCertificate, string otherKey) = MakePair("ec", "eve");
        string junk = TestPki.WriteFile("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Assert.Contains("does not belong to the certificate", Failure(certificate, otherKey, null).Detail, StringComparison.Ordinal);
        Assert.Contains("no private key in it", Failure(certificate, otherCertificate, null).Detail, StringComparison.Ordinal);
        Assert.Contains("no certificate in it", Failure(key, key, null).Detail, StringComparison.Ordinal);
        Assert.Contains(junk, Failure(certificate, junk, null).Detail, StringComparison.Ordinal);
        Assert.Contains("no such file", Failure(certificate, "/nonexistent/key", null).Detail, StringComparison.Ordinal);
        Assert.Contains("not a regular file", Failure("/dev/zero", key, null).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void ExpiredCertificate_IsSaidBeforeConnecting()
    {
        using X509Certificate2 old = TestPki.MakeServer(null, "CN=old", from: TestPki.Now.AddDays(-9), until: TestPki.Now.AddDays(-8));
        string certificate = TestPki.WritePem(old), key = TestPki.WriteFile(old.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Assert.Contains("has expired", Failure(certificate, key, null).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0x36)]
    [InlineData(7, 0x63)]
    public void S36_KeyOnAnUnknownCurve_IsNamed(int at, byte changed)
    {
        byte[] curve = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
        using ECDsa good = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] key = good.ExportPkcs8PrivateKey();
        key[key.AsSpan().IndexOf(curve) + at] = changed;
        Failure failure = Assert.Throws<TunnelException>(() => PrivateKeyFile.Decode("file", key, null, out _)).Failure;
        Assert.Equal(Cause.MissingFile, failure.Cause);
        Assert.StartsWith("file: ", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Garbage_IsNoKey()
    {
        Random random = new(12);
        byte[] der = File.ReadAllBytes(MakePair("rsa", "x").Key);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = random.Next(2) == 0 ? RandomNumberGenerator.GetBytes(random.Next(80)) : (byte[])der.Clone();
            if (bytes.Length > 0)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }
            if (PrivateKeyFile.Inspect(bytes) != KeyProtection.NoKey)
            {
                try
                {
                    PrivateKeyFile.Decode("x", bytes, "pw"u8.ToArray(), out _);
                }
                catch (TunnelException e)
                {
                    Assert.True(e.Failure.Cause is Cause.MissingFile or Cause.KeyPassphrase, e.Message);
                }
            }
        }
    }

    private static (Cause, FailureKind) Fails(string certificate, string? key, string? password) =>
        Failure(certificate, key, password) is var failure ? (failure.Cause, failure.Info.Kind) : default;

    private static Failure Failure(string certificate, string? key, string? password) =>
        Assert.Throws<TunnelException>(() => Load(certificate, key, password).Dispose()).Failure;

    private static ClientCertificate Load(string certificate, string? key, string? password) => ClientCertificate.Load(
        new CertificateLogin { CertificateFile = certificate, KeyFile = key, Passphrase = password is null ? null : new Secret(password) }, TimeProvider.System);

    private static void AssertSameKey(string pem, byte[] loaded)
    {
        using AsymmetricAlgorithm wanted = Import(pem), got = Import(Encoding.ASCII.GetString(loaded));
        Assert.Equal(wanted.ExportPkcs8PrivateKey(), got.ExportPkcs8PrivateKey());
    }

    private static AsymmetricAlgorithm Import(string pem)
    {
        try
        {
            RSA rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            ECDsa ec = ECDsa.Create();
            ec.ImportFromPem(pem);
            return ec;
        }
    }

    private static (string Certificate, string Key) MakePair(string algorithm, string name)
    {
        AsymmetricAlgorithm key = algorithm == "rsa" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, $"CN={name}", usage: "1.3.6.1.5.5.7.3.2", key: key);
        return (TestPki.WritePem(certificate), TestPki.WriteFile(key.ExportPkcs8PrivateKeyPem()));
    }

    private static string MakePassword()
    {
        string file = TestPki.WriteFile(Password + "\n");
        return file;
    }
}
