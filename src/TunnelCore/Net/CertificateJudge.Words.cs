using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

internal sealed partial class CertificateJudge
{
    private const int MaxNameLength = 160;

    private static readonly (X509ChainStatusFlags Status, string Words)[] s_otherWords =
    [
        (X509ChainStatusFlags.NotSignatureValid, "its signature is wrong"),
        (X509ChainStatusFlags.InvalidBasicConstraints, "it may not issue certificates"),
        (X509ChainStatusFlags.HasNotPermittedNameConstraint, "its issuer may not vouch for this name"),
        (X509ChainStatusFlags.HasExcludedNameConstraint, "its issuer may not vouch for this name"),
        (X509ChainStatusFlags.HasNotSupportedCriticalExtension, "it has a critical extension that is not known here"),
        (X509ChainStatusFlags.HasWeakSignature, "its signature is too weak"),
    ];

    /// <summary>SHA-256 over the DER, in the pairs that browsers and openssl show.</summary>
    public static string Fingerprint(X509Certificate2 certificate) => CertificatePin.Of(certificate).ToString();

    /// <summary>A distinguished name, printable.</summary>
    public static string Show(X500DistinguishedName name)
    {
        string text = PrintableText.From(name.Name, MaxNameLength);
        return text.Length > 0 ? $"\"{text}\"" : "an empty name";
    }

    private Failure DescribeName(X509Certificate2 leaf)
    {
        CertificateNames names = NameMatcher.ReadNames(leaf);
        // None of its names can be taken as gateway then.
        return names.IsEmpty
            ? new Failure(Cause.CertificateInvalid, $"it carries no name, wanted \"{wanted}\"")
            : new Failure(Cause.CertificateName, $"wanted \"{wanted}\", the certificate has {names}");
    }

    private static Failure DescribeUntrusted(X509Certificate2 leaf, ChainReport report)
    {
        Failure failure = DescribeEnd(leaf, report);
        return report.IsTrustedElsewhere
            ? failure with { Detail = $"{failure.Detail}, and only the CA certificate that the connection names counts, not the system's that would vouch for it" }
            : failure;
    }

    private static Failure DescribeEnd(X509Certificate2 leaf, ChainReport report)
    {
        X509Certificate2 last = report.Links.Count > 0 ? report.Links[^1].Certificate : leaf;
        if (!IsSelfIssued(last))
        {
            return new Failure(
                Cause.CertificateUnknownIssuer,
                $"the certificate of issuer {Show(last.IssuerName)} is missing, needed for {Show(last.SubjectName)}");
        }
        return report.Links.Count <= 1
            ? new Failure(Cause.CertificateSelfSigned, Show(leaf.SubjectName))
            : new Failure(Cause.CertificateUnknownIssuer, $"the root {Show(last.SubjectName)} is not trusted");
    }

    private static Failure? DescribeTime(X509Certificate2 certificate, int depth, DateTimeOffset now)
    {
        string whose = depth == 0 ? "" : $"issuer {Show(certificate.SubjectName)}: ";
        if (now > certificate.NotAfter)
        {
            return new Failure(Cause.CertificateExpired, $"{whose}valid until {Utc(certificate.NotAfter)}, now it is {Utc(now.UtcDateTime)}");
        }
        return now < certificate.NotBefore
            ? new Failure(Cause.CertificateNotYetValid, $"{whose}valid from {Utc(certificate.NotBefore)}, now it is {Utc(now.UtcDateTime)}")
            : null;
    }

    private static Failure? DescribeUsage(X509Certificate2 leaf, ChainReport report)
    {
        string[] usages = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(extension => extension.EnhancedKeyUsages.Cast<Oid>()).Select(oid => oid.Value ?? "?").ToArray();
        if (usages.Length > 0 && !usages.Contains(ServerAuthentication) && !usages.Contains(AnyExtendedKeyUsage))
        {
            return new Failure(Cause.CertificateUsage, $"it is meant for {PrintableText.From(string.Join(", ", usages.Take(6)))}, not for server authentication");
        }
        ChainLink? bad = report.Links.FirstOrDefault(link => (link.Status & X509ChainStatusFlags.NotValidForUsage) != 0);
        return bad is null || usages.Contains(AnyExtendedKeyUsage)
            ? null
            : new Failure(Cause.CertificateUsage, $"{Show(bad.Certificate.SubjectName)} may not vouch for servers");
    }

    /// <summary>Whatever the verifier found that has no words of its own: bad signature, no CA, path too long...</summary>
    private static Failure? DescribeOther(ChainLink link, int depth)
    {
        X509ChainStatusFlags rest = link.Status & ~HandledFlags;
        if (rest == X509ChainStatusFlags.NoError)
        {
            return null;
        }
        string whose = depth == 0 ? "server certificate" : $"issuer {Show(link.Certificate.SubjectName)}";
        return new Failure(Cause.CertificateInvalid, $"{whose}: {Words(rest)}");
    }

    /// <summary>In words, and what has none by its name in the library.</summary>
    private static string Words(X509ChainStatusFlags status)
    {
        List<string> words = [];
        foreach ((X509ChainStatusFlags flag, string text) in s_otherWords)
        {
            if ((status & flag) != 0)
            {
                words.Add(text);
                status &= ~flag;
            }
        }
        if (status != X509ChainStatusFlags.NoError)
        {
            words.Add(status.ToString());
        }
        return string.Join(", ", words.Distinct());
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static string Utc(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
