using System.Security.Authentication;

namespace NmPlugin.Profile;

internal static class TlsVersions
{
#pragma warning disable SYSLIB0039, CA5397 // Old servers have nothing newer; the profile must say so.
    private static readonly (TlsVersion Version, SslProtocols Protocol)[] s_rows =
    [
        (TlsVersion.Tls10, SslProtocols.Tls), (TlsVersion.Tls11, SslProtocols.Tls11),
        (TlsVersion.Tls12, SslProtocols.Tls12), (TlsVersion.Tls13, SslProtocols.Tls13),
    ];

    /// <summary>Both ends included; null when the first is above the second.</summary>
    public static SslProtocols? Range(TlsVersion min, TlsVersion max) => min > max
        ? null
        : s_rows.Where(row => row.Version >= min && row.Version <= max).Aggregate(SslProtocols.None, (all, row) => all | row.Protocol);
#pragma warning restore SYSLIB0039, CA5397
}
