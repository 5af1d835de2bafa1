using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TunnelCore.Net;

/// <summary>Does a certificate carry the wanted name (RFC 6125)? DNS names, or for an address literal IP addresses.</summary>
/// <remarks>The common name counts only when there is no subjectAltName at all, and never for an address.</remarks>
internal static class NameMatcher
{
    private const string SubjectAltNameOid = "2.5.29.17";
    private const string CommonNameOid = "2.5.4.3";

    public static bool Matches(X509Certificate2 certificate, string wanted)
    {
        CertificateNames names = ReadNames(certificate);
        if (HostName.ParseLiteral(wanted) is { } address)
        {
            return names.Addresses.Contains(address);
        }
        return names.Dns.Any(pattern => MatchesDns(pattern, wanted))
            || (!names.HasSubjectAltName && names.CommonName is { } commonName && MatchesDns(commonName, wanted));
    }

    /// <param name="pattern">Name from a certificate; its left-most label may be a single <c>*</c> for exactly one label.</param>
    /// <param name="wanted">Host name in A-labels; a trailing dot does not count.</param>
    public static bool MatchesDns(string pattern, string wanted)
    {
        ReadOnlySpan<char> have = TrimRoot(pattern);
        ReadOnlySpan<char> want = TrimRoot(wanted);
        if (have.IsEmpty || want.IsEmpty)
        {
            return false;
        }
        if (!have.StartsWith("*."))
        {
            return !have.Contains('*') && have.Equals(want, StringComparison.OrdinalIgnoreCase);
        }
        ReadOnlySpan<char> parent = have[2..];
        int dot = want.IndexOf('.');
        // "*.org" would speak for a whole registry.
        return dot > 0 && !parent.Contains('*') && parent.Contains('.') && parent.Equals(want[(dot + 1)..], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The names as they stand in the certificate: hostile text.</summary>
    public static CertificateNames ReadNames(X509Certificate2 certificate)
    {
        X509Extension? extension = certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == SubjectAltNameOid);
        if (extension is null)
        {
            return new CertificateNames(false, [], [], ReadCommonName(certificate));
        }
        try
        {
            X509SubjectAlternativeNameExtension names = new(extension.RawData);
            return new CertificateNames(true, names.EnumerateDnsNames().ToArray(), names.EnumerateIPAddresses().ToArray(), ReadCommonName(certificate));
        }
        catch (CryptographicException)
        {
            return new CertificateNames(true, [], [], ReadCommonName(certificate));
        }
    }

    private static string? ReadCommonName(X509Certificate2 certificate)
    {
        try
        {
            // The last one is the most specific.
            return certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false)
                .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == CommonNameOid)
                .Select(part => part.GetSingleElementValue()).LastOrDefault();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<char> TrimRoot(ReadOnlySpan<char> name) => name.EndsWith(".") ? name[..^1] : name;
}
