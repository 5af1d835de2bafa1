using System.Security.Authentication;

namespace TunnelCore.Net;

internal static class TlsVersionNames
{
#pragma warning disable SYSLIB0039, CA5397 // Named, not chosen, here.
    private static readonly (SslProtocols Protocol, string Name)[] s_rows =
        [(SslProtocols.Tls, "TLS 1.0"), (SslProtocols.Tls11, "TLS 1.1"), (SslProtocols.Tls12, "TLS 1.2"), (SslProtocols.Tls13, "TLS 1.3")];
#pragma warning restore SYSLIB0039, CA5397

    public static string Of(SslProtocols protocol) => Array.Find(s_rows, row => row.Protocol == protocol).Name ?? protocol.ToString();

    /// <summary>All of a set, the oldest first.</summary>
    public static string Join(SslProtocols protocols) => string.Join(" and ", s_rows.Where(row => (protocols & row.Protocol) != 0).Select(row => row.Name));
}
