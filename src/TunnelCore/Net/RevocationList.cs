using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TunnelCore.Net;

/// <summary>A certificate revocation list (RFC 5280 section 5), parsed once.</summary>
/// <remarks>
/// CertificateList = SEQUENCE { tbsCertList SEQUENCE { version?, signature, issuer, thisUpdate, nextUpdate?, revoked?, [0] extensions? },
/// signatureAlgorithm, signature }. Lists with a critical extension (indirect, delta, partial scope) are not usable and refused.
/// </remarks>
internal sealed class RevocationList
{
    private static readonly Asn1Tag s_extensionsTag = new(TagClass.ContextSpecific, 0);

    /// <summary>OID of the signature algorithm, its hash, and whether the key is RSA (PKCS#1 v1.5) or else ECDSA.</summary>
    private static readonly (string Oid, HashAlgorithmName Hash, bool Rsa)[] s_algorithms =
    [
        ("1.2.840.113549.1.1.11", HashAlgorithmName.SHA256, true),
        ("1.2.840.113549.1.1.12", HashAlgorithmName.SHA384, true),
        ("1.2.840.113549.1.1.13", HashAlgorithmName.SHA512, true),
        ("1.2.840.10045.4.3.2", HashAlgorithmName.SHA256, false),
        ("1.2.840.10045.4.3.3", HashAlgorithmName.SHA384, false),
        ("1.2.840.10045.4.3.4", HashAlgorithmName.SHA512, false),
        ("1.2.840.113549.1.1.5", HashAlgorithmName.SHA1, true),
        ("1.2.840.10045.4.1", HashAlgorithmName.SHA1, false),
    ];

    private readonly byte[] _signed;
    private readonly byte[] _signature;
    private readonly string _algorithm;
    private readonly HashSet<string> _revoked = new(StringComparer.Ordinal);

    private RevocationList(AsnReader list)
    {
        _signed = list.PeekEncodedValue().ToArray();
        AsnReader body = list.ReadSequence();
        _algorithm = list.ReadSequence().ReadObjectIdentifier();
        _signature = list.ReadBitString(out int unused);
        list.ThrowIfNotEmpty();
        if (unused != 0)
        {
            throw new AsnContentException("signature is not whole bytes");
        }
        if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
        {
            _ = body.ReadIntegerBytes();
        }
        _ = body.ReadSequence();
        Issuer = body.ReadEncodedValue().ToArray();
        ThisUpdate = ReadTime(body);
        if (body.HasData && body.PeekTag().TagValue is (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime)
        {
            NextUpdate = ReadTime(body);
        }
        if (body.HasData && body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            ReadEntries(body.ReadSequence());
        }
        if (body.HasData)
        {
            HasCriticalExtension |= ReadExtensions(body.ReadSequence(s_extensionsTag).ReadSequence());
        }
        body.ThrowIfNotEmpty();
    }

    /// <summary>DER of the issuer's name.</summary>
    public byte[] Issuer { get; }

    public DateTimeOffset ThisUpdate { get; }

    public DateTimeOffset? NextUpdate { get; }

    public bool HasCriticalExtension { get; private set; }

    /// <summary>Throws AsnContentException when the bytes are no such list.</summary>
    public static RevocationList Parse(ReadOnlyMemory<byte> der)
    {
        AsnReader outer = new(der, AsnEncodingRules.DER);
        AsnReader list = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        return new RevocationList(list);
    }

    public bool Contains(X509Certificate2 certificate) => _revoked.Contains(Key(certificate.SerialNumberBytes.Span));

    /// <summary>Is the list signed by this certificate's key? False for algorithms that we do not know, too.</summary>
    public bool IsSignedBy(X509Certificate2 issuer)
    {
        (string? oid, HashAlgorithmName hash, bool rsa) = Array.Find(s_algorithms, row => row.Oid == _algorithm);
        if (oid is null)
        {
            return false;
        }
        try
        {
            if (rsa)
            {
                using RSA? key = issuer.GetRSAPublicKey();
                return key?.VerifyData(_signed, _signature, hash, RSASignaturePadding.Pkcs1) ?? false;
            }
            using ECDsa? ec = issuer.GetECDsaPublicKey();
            return ec?.VerifyData(_signed, _signature, hash, DSASignatureFormat.Rfc3279DerSequence) ?? false;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static string Key(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));

    private static bool ReadExtensions(AsnReader extensions)
    {
        bool critical = false;
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            _ = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean))
            {
                critical |= extension.ReadBoolean();
            }
            _ = extension.ReadOctetString();
        }
        return critical;
    }

    private void ReadEntries(AsnReader entries)
    {
        while (entries.HasData)
        {
            AsnReader entry = entries.ReadSequence();
            _revoked.Add(Key(entry.ReadIntegerBytes().Span));
            _ = ReadTime(entry);
            if (entry.HasData)
            {
                HasCriticalExtension |= ReadExtensions(entry.ReadSequence());
            }
        }
    }
}
