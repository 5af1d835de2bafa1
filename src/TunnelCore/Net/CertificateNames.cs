using System.Net;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>What a certificate calls itself.</summary>
/// <param name="HasSubjectAltName">There is such an extension, readable or not.</param>
/// <param name="Dns">dNSName entries.</param>
/// <param name="Addresses">iPAddress entries.</param>
/// <param name="CommonName">Of the subject.</param>
internal sealed record CertificateNames(bool HasSubjectAltName, string[] Dns, IPAddress[] Addresses, string? CommonName)
{
    private const int MaxNamed = 8;
    private const int MaxNameLength = 80;

    /// <summary>No name that anything could be compared with: the common name counts only without the extension.</summary>
    public bool IsEmpty => Dns.Length == 0 && Addresses.Length == 0 && (HasSubjectAltName || string.IsNullOrEmpty(CommonName));

    /// <summary>Made printable, and no more than a line can bear.</summary>
    public override string ToString()
    {
        string[] all = [.. Dns, .. Addresses.Select(address => address.ToString())];
        if (all.Length == 0)
        {
            return IsEmpty ? "no name" : $"only the common name \"{PrintableText.From(CommonName, MaxNameLength)}\"";
        }
        string list = string.Join(", ", all.Take(MaxNamed).Select(name => $"\"{PrintableText.From(name, MaxNameLength)}\""));
        return all.Length > MaxNamed ? $"{list} and {all.Length - MaxNamed} more" : list;
    }
}
