using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>Private keys in the forms that tools write: PKCS#8, PKCS#1 and SEC 1 in PEM or DER, encrypted or not, and PKCS#12.</summary>
public static class PrivateKeyFile
{
    public const int MaxBytes = 1 << 20;

    /// <summary>Longest chain that is looked for in a PKCS#12 file.</summary>
    private const int MaxIterations = 10_000_000;

    private enum Form
    {
        None,
        Pkcs8,
        EncryptedPkcs8,
        Pkcs1,
        Sec1,
        Legacy,
        Pkcs12,
    }

    /// <summary>What the file needs; throws TunnelException(MissingFile) when it cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="user">Login name with whose rights it is read; null = this process's.</param>
    /// <param name="limit">How long the file system may take; null = as for any file.</param>
    public static KeyProtection Inspect(string path, string? user = null, TimeSpan? limit = null) => Inspect(ProfileFile.Read(path, MaxBytes, user, limit));

    internal static KeyProtection Inspect(byte[] file) => Find(file).Form switch
    {
        Form.None => KeyProtection.NoKey,
        Form.EncryptedPkcs8 or Form.Legacy or Form.Pkcs12 => KeyProtection.Encrypted,
        _ => KeyProtection.Plain,
    };

    internal static bool IsPkcs12(byte[] file) => Find(file).Form == Form.Pkcs12;

    /// <summary>The key as PKCS#8; the caller wipes it. Throws TunnelException: KeyPassphrase, or MissingFile for what is no key.</summary>
    /// <param name="path">For the texts.</param>
    /// <param name="file">Its content.</param>
    /// <param name="passphrase">UTF-8; null = not known.</param>
    /// <param name="publicKey">SubjectPublicKeyInfo of it; null for algorithms that are not known here.</param>
    internal static byte[] Decode(string path, byte[] file, byte[]? passphrase, out byte[]? publicKey)
    {
        (Form form, PemBlock? block) = Find(file);
        string shown = PrintableText.From(path);
        if (form is Form.None)
        {
            throw new TunnelException(Cause.MissingFile, $"{shown}: no private key in it");
        }
        if (Inspect(file) == KeyProtection.Encrypted && passphrase is null)
        {
            throw new TunnelException(Cause.KeyPassphrase, $"{shown} is encrypted");
        }
        byte[] body = block!.Body;
        try
        {
            using AsymmetricAlgorithm? key = form switch
            {
                Form.EncryptedPkcs8 => Import(key => key.ImportEncryptedPkcs8PrivateKey(passphrase, body, out _)),
                Form.Pkcs12 => FromPkcs12(file, passphrase!),
                Form.Legacy => FromLegacy(block, passphrase!),
                Form.Pkcs1 or Form.Sec1 => FromTraditional(form, body),
                _ => Import(key => key.ImportPkcs8PrivateKey(body, out _)),
            };
            publicKey = key?.ExportSubjectPublicKeyInfo();
            // A plain PKCS#8 key of another algorithm (Ed25519) is handed on as it is.
            return key?.ExportPkcs8PrivateKey() ?? (form == Form.Pkcs8 ? body : throw new CryptographicException("neither an RSA nor an EC key"));
        }
        catch (CryptographicException e) when (form is Form.EncryptedPkcs8 or Form.Legacy or Form.Pkcs12)
        {
            throw new TunnelException(Cause.KeyPassphrase, $"{shown}: {PrintableText.From(e.Message)}", e);
        }
        catch (CryptographicException e)
        {
            throw new TunnelException(Cause.MissingFile, $"{shown}: {PrintableText.From(e.Message)}", e);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new TunnelException(Cause.MissingFile, $"{shown}: an EC key on a curve that is not known here", e);
        }
    }

    /// <summary>Certificates of a PKCS#12 file; throws CryptographicException.</summary>
    internal static X509Certificate2Collection OpenPkcs12(byte[] file, byte[] passphrase)
    {
        char[] password = Encoding.UTF8.GetChars(passphrase);
        try
        {
            Pkcs12LoaderLimits limits = new() { IndividualKdfIterationLimit = MaxIterations, TotalKdfIterationLimit = MaxIterations, MacIterationLimit = MaxIterations };
            return X509CertificateLoader.LoadPkcs12Collection(file, password, X509KeyStorageFlags.EphemeralKeySet | X509KeyStorageFlags.Exportable, limits);
        }
        finally
        {
            Array.Clear(password);
        }
    }

    private static AsymmetricAlgorithm? FromPkcs12(byte[] file, byte[] passphrase)
    {
        X509Certificate2 own = OpenPkcs12(file, passphrase).FirstOrDefault(certificate => certificate.HasPrivateKey)
            ?? throw new CryptographicException("no private key in it");
        return (AsymmetricAlgorithm?)own.GetRSAPrivateKey() ?? own.GetECDsaPrivateKey();
    }

    private static AsymmetricAlgorithm FromLegacy(PemBlock block, byte[] passphrase)
    {
        byte[] plain = LegacyKeyCipher.Decrypt(block, passphrase);
        try
        {
            return FromTraditional(FormOf(plain), plain);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
        }
    }

    private static AsymmetricAlgorithm FromTraditional(Form form, byte[] body)
    {
        if (form == Form.Pkcs1)
        {
            RSA rsa = RSA.Create();
            rsa.ImportRSAPrivateKey(body, out _);
            return rsa;
        }
        if (form != Form.Sec1)
        {
            throw new CryptographicException("wrong password, or not a key");
        }
        ECDsa ec = ECDsa.Create();
        ec.ImportECPrivateKey(body, out _);
        return ec;
    }

    /// <summary>As RSA, else as EC key; null when it is a well-formed key of another kind. The last error goes out.</summary>
    private static AsymmetricAlgorithm? Import(Action<AsymmetricAlgorithm> import)
    {
        CryptographicException? error = null;
        foreach (Func<AsymmetricAlgorithm> make in (Func<AsymmetricAlgorithm>[])[RSA.Create, ECDsa.Create])
        {
            AsymmetricAlgorithm key = make();
            try
            {
                import(key);
                return key;
            }
            catch (CryptographicException e)
            {
                error = e;
                key.Dispose();
            }
        }
        return error!.Message.Contains("algorithm", StringComparison.OrdinalIgnoreCase) ? null : throw error;
    }

    private static (Form Form, PemBlock? Block) Find(byte[] file)
    {
        foreach (PemBlock block in PemBlock.ReadAll(file))
        {
            Form form = block.Label switch
            {
                "PRIVATE KEY" => Form.Pkcs8,
                "ENCRYPTED PRIVATE KEY" => Form.EncryptedPkcs8,
                "RSA PRIVATE KEY" => LegacyKeyCipher.Applies(block) ? Form.Legacy : Form.Pkcs1,
                "EC PRIVATE KEY" => LegacyKeyCipher.Applies(block) ? Form.Legacy : Form.Sec1,
                _ => Form.None,
            };
            if (form != Form.None)
            {
                return (form, block);
            }
        }
        Form der = FormOf(file);
        return (der, der == Form.None ? null : new PemBlock("", new Dictionary<string, string>(), file));
    }

    /// <summary>
    /// DER by its first elements: PKCS#12 { INTEGER 3 ...}, PKCS#8 { INTEGER, SEQUENCE ...}, PKCS#1 { INTEGER, INTEGER ...},
    /// SEC 1 { INTEGER 1, OCTET STRING ...}, encrypted PKCS#8 { SEQUENCE, OCTET STRING }.
    /// </summary>
    private static Form FormOf(ReadOnlyMemory<byte> der)
    {
        try
        {
            AsnReader outer = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
            if (outer.PeekTag() == Asn1Tag.Sequence)
            {
                _ = outer.ReadEncodedValue();
                return outer.HasData && outer.PeekTag() == Asn1Tag.PrimitiveOctetString ? Form.EncryptedPkcs8 : Form.None;
            }
            if (!outer.TryReadInt32(out int version))
            {
                return Form.None;
            }
            Asn1Tag next = outer.PeekTag();
            return version == 3 && next == Asn1Tag.Sequence ? Form.Pkcs12
                : next == Asn1Tag.Sequence ? Form.Pkcs8
                : next == Asn1Tag.Integer ? Form.Pkcs1
                : next == Asn1Tag.PrimitiveOctetString ? Form.Sec1
                : Form.None;
        }
        catch (AsnContentException)
        {
            return Form.None;
        }
    }
}
