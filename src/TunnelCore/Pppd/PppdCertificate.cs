using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCore.Pppd;

/// <summary>
/// A certificate login as pppd gets it: files in memory that it inherits. So any form of key will do, a password never reaches it,
/// nothing is left on a disk, and pppd opens no path of the profile with root's rights.
/// </summary>
internal sealed class PppdCertificate : IDisposable
{
    private const int MaxBytes = 8 << 20;

    private readonly List<FileDescriptor> _files = [];

    private PppdCertificate(CertificateLogin login) => Login = login;

    public CertificateLogin Login { get; }

    /// <summary>Name that EAP says first.</summary>
    public string Identity { get; private set; } = "";

    /// <summary>Paths as pppd finds them.</summary>
    public string Certificate { get; private set; } = "";

    public string Key { get; private set; } = "";

    public string? Ca { get; private set; }

    public string? Crl { get; private set; }

    /// <summary>For the child, in order.</summary>
    public IReadOnlyList<FileDescriptor> Files => _files;

    /// <summary>Throws TunnelException: MissingFile or KeyPassphrase with the path, BadKey when there is no name to log in as.</summary>
    public static PppdCertificate Load(CertificateLogin login)
    {
        PppdCertificate made = new(login);
        try
        {
            made.Read();
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void Read()
    {
        using ClientCertificate own = ClientCertificate.Load(Login, TimeProvider.System);
        Identity = Login.Identity is { Length: > 0 } identity ? identity : own.Name;
        if (Identity.Length == 0)
        {
            throw new TunnelException(Cause.MissingKey, "'tls-identity', as the certificate names nobody");
        }

        Certificate = Add("certificate", own.Certificates);
        Key = Add("key", own.Key);
        Ca = AddFile("ca", Login.CaFile, "CERTIFICATE");
        Crl = AddFile("crl", Login.CrlFile, "X509 CRL");
    }

    private string? AddFile(string name, string? path, string label) =>
        path is null ? null : Add(name, ToPem(ProfileFile.Read(path, MaxBytes, Login.FileUser), label));

    /// <summary>pppd reads PEM only.</summary>
    private static byte[] ToPem(byte[] file, string label) => file is [0x30, ..] ? PemBlock.Write(label, file) : file;

    private string Add(string name, ReadOnlySpan<byte> content)
    {
        _files.Add(MemoryFile.Create($"nm-vpn-{name}", content));
        return $"/proc/self/fd/{PosixSpawn.FirstInherited + _files.Count - 1}";
    }
}
