using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>The user's revocation lists. Once any are given, the server's certificate needs one that covers it.</summary>
internal sealed class RevocationLists
{
    private const int MaxFileBytes = 64 << 20;
    private const int MaxDirectoryFiles = 4096;
    private const string PemLabel = "X509 CRL";

    private readonly List<RevocationList> _lists = [];

    /// <summary>Reads the files; null when the options name none. Throws TunnelException(MissingFile).</summary>
    public static RevocationLists? Load(TlsOptions options)
    {
        if (options.CrlFile is null && options.CrlDirectory is null)
        {
            return null;
        }
        RevocationLists result = new();
        if (options.CrlFile is { } file)
        {
            result.Add(ProfileFile.Read(file, MaxFileBytes, options.FileUser));
            if (result._lists.Count == 0)
            {
                throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(file)}: no revocation list in it");
            }
        }
        if (options.CrlDirectory is { } directory)
        {
            foreach (string path in TlsDirectory.List(directory, MaxDirectoryFiles))
            {
                result.Add(ProfileFile.ReadHere(path, MaxFileBytes));
            }
        }
        return result;
    }

    /// <summary>The reason against the first link, or null.</summary>
    public Failure? Check(IReadOnlyList<ChainLink> links, DateTimeOffset now)
    {
        if (links.Count == 0)
        {
            return new Failure(Cause.CertificateInvalid, "no chain to check for revocation");
        }
        X509Certificate2 leaf = links[0].Certificate;
        X509Certificate2 issuer = links[Math.Min(1, links.Count - 1)].Certificate;
        string by = CertificateJudge.Show(leaf.IssuerName);
        RevocationList[] usable = _lists.Where(list => list.Issuer.AsSpan().SequenceEqual(leaf.IssuerName.RawData)).ToArray();
        if (usable.Length == 0)
        {
            return new Failure(Cause.CertificateInvalid, $"there is no revocation list of issuer {by}");
        }
        usable = Array.FindAll(usable, list => !list.HasCriticalExtension && list.IsSignedBy(issuer));
        if (usable.Length == 0)
        {
            return new Failure(Cause.CertificateInvalid, $"the revocation list of issuer {by} is not signed by it, or of a kind that is not supported");
        }
        if (Array.Exists(usable, list => list.Contains(leaf)))
        {
            return new Failure(Cause.CertificateRevoked, $"serial number {leaf.SerialNumber}, by issuer {by}");
        }
        return Array.Exists(usable, list => list.ThisUpdate <= now && (list.NextUpdate is null || now <= list.NextUpdate))
            ? null
            : new Failure(Cause.CertificateInvalid, $"the revocation list of issuer {by} is out of date");
    }

    private void Add(byte[] bytes)
    {
        try
        {
            string text = Encoding.Latin1.GetString(bytes);
            int before = _lists.Count;
            ReadOnlySpan<char> rest = text;
            while (PemEncoding.TryFind(rest, out PemFields fields))
            {
                if (rest[fields.Label].SequenceEqual(PemLabel))
                {
                    _lists.Add(RevocationList.Parse(Convert.FromBase64String(rest[fields.Base64Data].ToString())));
                }
                rest = rest[fields.Location.End..];
            }
            if (_lists.Count == before && bytes is [0x30, ..])
            {
                _lists.Add(RevocationList.Parse(bytes));
            }
        }
        catch (AsnContentException)
        {
            // Not such a list: the caller counts, or the server's certificate lacks one.
        }
    }
}
