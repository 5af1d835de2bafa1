using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Net;
using static Fuzz.PropertyException;

namespace Fuzz;

/// <summary>TLS in clear, certificates, keys, names and the kernel's route messages.</summary>
internal static class NetTargets
{
    private static readonly ECDsa s_key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly X509Certificate2 s_certificate = Certificate();

    public static FuzzTarget[] All { get; } =
    [
        new("tls-handshake", [[22, 3, 3, 0, 8, 2, 0, 0, 4, 3, 3, 1, 2, 21, 3, 3, 0, 2, 2, 40], Script.Bytes("HTTP/1.1 400 Bad Request\r\n\r\n")], Handshake),
        new("certificate", [s_certificate.RawData], Names),
        new("private-key", [
            Script.Bytes(s_key.ExportPkcs8PrivateKeyPem()), Script.Bytes(s_key.ExportECPrivateKeyPem()), s_key.ExportPkcs8PrivateKey(),
            Script.Bytes("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END RSA PRIVATE KEY-----\n")],
            Key),
        new("revocation-list", [Revocations()], Revocation),
        new("server-name", [.. new[] { "vpn.example.org:443", "[2001:db8::1]:8443", "10.0.0.1", "fe80::1%eth0", "bücher.example" }.Select(Script.Bytes)], Endpoint),
        new("route-message", [Route()], Netlink),
    ];

    private static X509Certificate2 Certificate()
    {
        CertificateRequest request = new("CN=vpn.example.com", s_key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("*.example.com");
        names.AddIpAddress(IPAddress.Parse("192.0.2.1"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static byte[] Revocations()
    {
        CertificateRevocationListBuilder builder = new();
        builder.AddEntry([1, 2, 3]);
        return builder.Build(s_certificate, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
    }

    private static byte[] Route()
    {
        List<byte> message = [.. new byte[RouteMessage.HeaderSize + RouteMessage.RouteSize]];
        RouteMessage.AddAttribute(message, RouteMessage.AttributeDestination, [192, 0, 2, 1]);
        RouteMessage.AddAttribute(message, RouteMessage.AttributeInterface, [2, 0, 0, 0]);
        RouteMessage.AddAttribute(message, 8, [8, 0, 2, 0, 0xDC, 5, 0, 0]);
        byte[] bytes = [.. message];
        RouteMessage.WriteHeader(bytes, RouteMessage.NewRoute, 0, 7);
        return bytes;
    }

    private static int Handshake(ReadOnlySpan<byte> input)
    {
        HandshakeObserver whole = new();
        whole.Received(input);
        HandshakeObserver pieces = new();
        for (int i = 0; i < input.Length; i += 3)
        {
            pieces.Received(input[i..Math.Min(i + 3, input.Length)]);
        }
        Require(whole.First.SequenceEqual(pieces.First) && (whole.IsTls, whole.RecordVersion, whole.ServerVersion, whole.PlainAlert, whole.Progress)
            == (pieces.IsTls, pieces.RecordVersion, pieces.ServerVersion, pieces.PlainAlert, pieces.Progress), "the same in pieces");
        return HashCode.Combine(whole.IsTls, whole.RecordVersion, whole.ServerVersion, whole.PlainAlert);
    }

    /// <summary>Whatever the system's parser takes for a certificate is judged, not stumbled over.</summary>
    private static int Names(ReadOnlySpan<byte> input)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509CertificateLoader.LoadCertificate(input);
        }
        catch (CryptographicException)
        {
            return 0;
        }
        using (certificate)
        {
            CertificateNames names = NameMatcher.ReadNames(certificate);
            bool matches = NameMatcher.Matches(certificate, "vpn.example.com") | NameMatcher.Matches(certificate, "192.0.2.1");
            return HashCode.Combine(names.HasSubjectAltName, names.Dns.Length, names.Addresses.Length, names.ToString().Length > 0, matches);
        }
    }

    private static int Key(ReadOnlySpan<byte> input)
    {
        byte[] file = input.ToArray();
        KeyProtection protection = PrivateKeyFile.Inspect(file);
        try
        {
            byte[] key = PrivateKeyFile.Decode("file", file, "passphrase"u8.ToArray(), out _);
            return HashCode.Combine(protection, key.Length);
        }
        catch (TunnelException e)
        {
            return HashCode.Combine(protection, e.Failure.Cause);
        }
    }

    private static int Revocation(ReadOnlySpan<byte> input)
    {
        try
        {
            RevocationList list = RevocationList.Parse(input.ToArray());
            return HashCode.Combine(list.Contains(s_certificate), list.IsSignedBy(s_certificate), list.NextUpdate is null, list.HasCriticalExtension);
        }
        catch (AsnContentException)
        {
            return 0;
        }
    }

    private static int Endpoint(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        if (!ServerEndpoint.TryParse(text, 443, out ServerEndpoint? endpoint, out string? complaint))
        {
            Require(!string.IsNullOrEmpty(complaint), "a refusal says why");
            return complaint.Length;
        }
        Require(endpoint.Port is > 0 and <= 65535, "a port is a port");
        Require(ServerEndpoint.TryParse(endpoint.ToString(), 443, out ServerEndpoint? again, out _) && again.ToString() == endpoint.ToString(), $"parse(emit({endpoint})) is it");
        return endpoint.Port;
    }

    private static int Netlink(ReadOnlySpan<byte> input)
    {
        bool header = RouteMessage.TryReadHeader(input, out int length, out ushort type, out _);
        Require(!header || length <= input.Length, "a message is no longer than what came");
        ReadOnlySpan<byte> found = RouteMessage.FindAttribute(input, RouteMessage.AttributeGateway);
        int error = RouteNetlink.ReadReply(input, out int index, out _);
        return HashCode.Combine(header, type, found.Length, error, index == 0);
    }
}
