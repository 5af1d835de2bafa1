using TunnelCli.Options;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCli.Sstpc;

/// <summary>The proxy as an option or the environment names it: [scheme://][user[:password]@]host[:port][/].</summary>
internal static class ProxyUrl
{
    private const int HttpPort = 80;

    /// <summary>Where no scheme names a port: what sstpc always took.</summary>
    private const int PortWithoutScheme = 443;

    /// <exception cref="OptionException">It makes no sense. The message never shows the user or the password.</exception>
    public static ProxyOptions Parse(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? text : text[(scheme + 3)..];
        if (scheme >= 0 && !text.AsSpan(0, scheme).Equals("http", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("only http:// is known");
        }

        // The last '@': a password may have one, a host cannot.
        int at = rest.LastIndexOf('@');
        string login = at < 0 ? "" : rest[..at];
        string server = rest[(at + 1)..].TrimEnd('/');
        if (!ServerEndpoint.TryParse(server, scheme < 0 ? PortWithoutScheme : HttpPort, out ServerEndpoint? endpoint, out string? error))
        {
            throw Wrong(error);
        }

        int colon = login.IndexOf(':', StringComparison.Ordinal);
        return new ProxyOptions(endpoint)
        {
            User = at < 0 ? null : Uri.UnescapeDataString(colon < 0 ? login : login[..colon]),
            Password = colon < 0 ? null : new Secret(Uri.UnescapeDataString(login[(colon + 1)..])),
        };
    }

    private static OptionException Wrong(string reason) => new($"the proxy: {reason}", SstpcOptionTable.UsageStatus);
}
