using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>What certificates may lead to: the user's own issuers, the system's store, or both (<see cref="TlsOptions.AddsCaFile"/>).</summary>
internal sealed class TrustAnchors : IDisposable
{
    private const int MaxFileBytes = 8 << 20;
    private const int MaxDirectoryFiles = 4096;

    /// <summary>The runtime knows this one already, and caches it.</summary>
    private const string SystemDirectory = "/etc/ssl/certs";

    private TrustAnchors(X509Certificate2Collection own, bool useSystem, bool isAdded)
    {
        Own = own;
        UseSystem = useSystem;
        IsAdded = isAdded;
    }

    public X509Certificate2Collection Own { get; }

    /// <summary>False: a directory stands in for the system's store.</summary>
    public bool UseSystem { get; }

    /// <summary>The user's own come on top of the system's, whatever they are.</summary>
    public bool IsAdded { get; }

    /// <summary>Stands in for the system's store, which is the machine's affair; null = that one.</summary>
    public X509Certificate2Collection? StandIn { get; init; }

    /// <summary>Reads the files; throws TunnelException(MissingFile) with the path and the reason.</summary>
    /// <param name="options">Which files.</param>
    /// <param name="standIn">See <see cref="StandIn"/>.</param>
    public static TrustAnchors Load(TlsOptions options, X509Certificate2Collection? standIn = null)
    {
        X509Certificate2Collection own = [];
        if (options.CaFile is { } file)
        {
            own.AddRange(ReadFile(file, options.FileUser));
        }
        bool useSystem = options.CaDirectory is not { } directory || IsSystemDirectory(directory);
        if (!useSystem)
        {
            own.AddRange(ReadDirectory(options.CaDirectory!));
        }
        return new TrustAnchors(own, useSystem, options.AddsCaFile || options.CaFile is null) { StandIn = standIn };
    }

    public bool Contains(X509Certificate2 certificate) => Own.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span));

    public void Dispose()
    {
        foreach (X509Certificate2 anchor in Own)
        {
            anchor.Dispose();
        }
    }

    private static bool IsSystemDirectory(string directory) => directory.TrimEnd('/') == SystemDirectory;

    private static X509Certificate2Collection ReadFile(string path, string? user)
    {
        byte[] bytes = ProfileFile.Read(path, MaxFileBytes, user);
        X509Certificate2Collection found = Decode(bytes);
        return found.Count > 0 ? found : throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(path)}: no PEM certificate in it");
    }

    private static X509Certificate2Collection ReadDirectory(string path)
    {
        X509Certificate2Collection found = [];
        foreach (string file in TlsDirectory.List(path, MaxDirectoryFiles))
        {
            found.AddRange(Decode(ProfileFile.ReadHere(file, MaxFileBytes)));
        }
        return found;
    }

    /// <summary>PEM bundle or one DER certificate; empty when it is neither.</summary>
    private static X509Certificate2Collection Decode(byte[] bytes)
    {
        X509Certificate2Collection found = [];
        try
        {
            found.ImportFromPem(System.Text.Encoding.Latin1.GetString(bytes));
            if (found.Count == 0)
            {
                found.Add(X509CertificateLoader.LoadCertificate(bytes));
            }
        }
        catch (CryptographicException)
        {
            // Not a certificate: the caller counts.
        }
        return found;
    }
}
