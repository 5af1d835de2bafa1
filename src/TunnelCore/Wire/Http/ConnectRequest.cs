using System.Text;

namespace TunnelCore.Wire.Http;

/// <summary>The request that makes an HTTP proxy a plain pipe to a server (RFC 9110 section 9.3.6).</summary>
internal static class ConnectRequest
{
    public const string Method = "CONNECT";

    /// <summary>The whole request; the caller wipes it when it carries credentials.</summary>
    /// <param name="authority">host:port, IPv6 in brackets; visible ASCII.</param>
    /// <param name="authorization">Value of Proxy-Authorization, or empty.</param>
    public static byte[] Build(string authority, ReadOnlySpan<byte> authorization)
    {
        ArgumentException.ThrowIfNullOrEmpty(authority);
        if (authority.AsSpan().ContainsAnyExceptInRange('!', '~') || authorization.IndexOfAny((byte)'\r', (byte)'\n', (byte)0) >= 0)
        {
            // Anything else could end the line.
            throw new ArgumentException("The request would not be one line per header.", nameof(authority));
        }
        // SSTPVERSION: Windows proxies know the tunnel by it; others pass it over.
        byte[] head = Encoding.ASCII.GetBytes($"{Method} {authority} HTTP/1.1\r\nHost: {authority}\r\nSSTPVERSION: 1.0\r\n");
        return authorization.IsEmpty
            ? [.. head, .. "\r\n"u8]
            : [.. head, .. "Proxy-Authorization: "u8, .. authorization, .. "\r\n\r\n"u8];
    }
}
