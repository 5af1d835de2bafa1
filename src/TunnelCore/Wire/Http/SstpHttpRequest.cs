using System.Text;

namespace TunnelCore.Wire.Http;

/// <summary>The HTTP request that turns a TLS stream into an SSTP stream (MS-SSTP 3.2.4.1).</summary>
internal static class SstpHttpRequest
{
    /// <summary>2^64-1 in both directions; does not fit a signed number.</summary>
    public const ulong ContentLength = ulong.MaxValue;

    private const string Path = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/";

    /// <summary>As Windows writes it: in braces, capital letters.</summary>
    public static string Format(Guid correlationId) => correlationId.ToString("B").ToUpperInvariant();

    /// <summary>The whole request.</summary>
    /// <param name="host">Host header: the name as the user typed it, without port; visible ASCII.</param>
    /// <param name="correlationId">For the server's logs.</param>
    public static byte[] Build(string host, Guid correlationId) => Build(host, Format(correlationId));

    /// <inheritdoc cref="Build(string, Guid)"/>
    public static byte[] Build(string host, string correlationId)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentException.ThrowIfNullOrEmpty(correlationId);
        if (host.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            // Anything else could end the header line.
            throw new ArgumentException("A host name has visible ASCII characters only.", nameof(host));
        }
        if (correlationId.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new ArgumentException("A correlation id has visible ASCII characters only.", nameof(correlationId));
        }
        return Encoding.ASCII.GetBytes(
            $"SSTP_DUPLEX_POST {Path} HTTP/1.1\r\n"
            + $"Host: {host}\r\n"
            + $"Content-Length: {ContentLength}\r\n"
            + $"SSTPCORRELATIONID: {correlationId}\r\n"
            + "\r\n");
    }
}
