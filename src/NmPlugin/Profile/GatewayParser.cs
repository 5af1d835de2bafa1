using System.Globalization;
using System.Net;
using TunnelCore.Net;

namespace NmPlugin.Profile;

/// <summary>
/// The gateway key. SSTP: a DNS name or IPv4 address with an optional port, a bare IPv6 address, or an IPv6 address in brackets with
/// an optional port. PPTP: a DNS name or IPv4 address.
/// </summary>
internal static class GatewayParser
{
    private const int MaxNameLength = 253;
    private const int DefaultPort = 443;

    /// <summary>The only one that a PPTP server has (RFC 2637 section 1.3).</summary>
    private const int PptpPort = 1723;

    private const string NoUrl = "must be the server's name or address alone, not a URL";

    /// <returns>Null, or what is wrong with the text.</returns>
    public static string? ParsePptp(string text, out ServerEndpoint endpoint)
    {
        endpoint = new ServerEndpoint(text, PptpPort);
        string bare = text.Trim('[', ']');
        return IsUrl(text) ? NoUrl
            : bare.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(bare, out _) ? "is an IPv6 address, and there is no PPTP over IPv6"
            : text.Contains(':', StringComparison.Ordinal) ? $"must not have a port: PPTP always uses port {PptpPort}"
            : CheckName(text, underscore: false);
    }

    /// <returns>Null, or what is wrong with the text.</returns>
    public static string? ParseSstp(string text, out ServerEndpoint endpoint)
    {
        endpoint = new ServerEndpoint("", 0);
        if (IsUrl(text))
        {
            return NoUrl;
        }
        string? complaint = text.StartsWith('[')
            ? SplitBrackets(text, out string host, out int port)
            : Split(text, out host, out port);
        complaint ??= host.Contains(':', StringComparison.Ordinal) ? CheckIp6(host) : CheckName(host, underscore: true);
        if (complaint is null)
        {
            endpoint = new ServerEndpoint(host, port);
        }
        return complaint;
    }

    /// <summary>The proxy-server key: a name or an address, without the port that has a key of its own. A URL's http:// and end slash do no harm.</summary>
    /// <returns>Null, or what is wrong with the text.</returns>
    public static string? ParseProxy(string text, out string host)
    {
        const string Scheme = "http://";
        host = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].TrimEnd('/') : text;
        if (host.Contains("://", StringComparison.Ordinal))
        {
            return "must be an HTTP proxy: other kinds (https, socks) are not supported";
        }
        if (host.Contains('@', StringComparison.Ordinal))
        {
            return "must not have a user name: that belongs into 'proxy-user'";
        }
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        host = bracketed ? host[1..^1] : host;
        int colons = host.Count(c => c == ':');
        return colons == 1 || (host.StartsWith('[') && !bracketed) ? "must not have a port: that belongs into 'proxy-port'"
            : colons > 1 || bracketed ? CheckIp6(host)
            : CheckName(host, underscore: true);
    }

    /// <returns>Null, or what is wrong with the text.</returns>
    public static string? ParseServerName(string text, out string name)
    {
        name = text;
        return text.Contains(':', StringComparison.Ordinal) ? CheckIp6(text) : CheckName(text, underscore: true);
    }

    private static bool IsUrl(string text) => text.Contains("://", StringComparison.Ordinal);

    private static string? SplitBrackets(string text, out string host, out int port)
    {
        port = DefaultPort;
        int close = text.IndexOf(']', StringComparison.Ordinal);
        host = close < 0 ? "" : text[1..close];
        string rest = close < 0 ? "" : text[(close + 1)..];
        if (close < 0 || !host.Contains(':', StringComparison.Ordinal) || (rest.Length > 0 && rest[0] != ':'))
        {
            return "must be an IPv6 address between the brackets, then nothing or :port";
        }
        return rest.Length == 0 ? null : ParsePort(rest[1..], out port);
    }

    private static string? Split(string text, out string host, out int port)
    {
        port = DefaultPort;
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool portFollows = colon >= 0 && colon == text.LastIndexOf(':');
        host = portFollows ? text[..colon] : text;
        return portFollows ? ParsePort(text[(colon + 1)..], out port) : null;
    }

    private static string? ParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= 65535
            ? null
            : "must have a port from 1 to 65535 after the colon";

    private static string? CheckIp6(string host) =>
        !host.Contains('%', StringComparison.Ordinal)
        && IPAddress.TryParse(host, out IPAddress? address) && address.IsIp6
            ? null
            : "is not an IPv6 address, and a name or IPv4 address has at most one colon";

    /// <summary>A leading '-' would be an option to whoever passes the name on; shorthand IPv4 (10.1) means something else to each reader.</summary>
    private static string? CheckName(string host, bool underscore)
    {
        if (host.Length is 0 or > MaxNameLength)
        {
            return $"must have a name of 1 to {MaxNameLength} characters";
        }
        if (!host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' || (underscore && c == '_')))
        {
            return $"may only have letters, digits, '-'{(underscore ? ", '_'" : "")} and '.' in the name";
        }
        if (host[0] is '-' or '.')
        {
            return $"must not begin with '{host[0]}'";
        }
        bool numeric = host.All(c => char.IsAsciiDigit(c) || c == '.');
        bool literal = IPAddress.TryParse(host, out IPAddress? address);
        return (numeric && !literal) || (literal && address!.ToString() != host) ? "is not a complete IPv4 address" : null;
    }
}
