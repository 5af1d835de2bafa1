using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TunnelCore.Net;

public sealed partial record ServerEndpoint
{
    /// <summary>Octets: the longest host, brackets and port around it.</summary>
    private static readonly int s_maxLength = HostName.MaxLength + "[]:65535".Length;

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">With the short phrase as message.</exception>
    public static ServerEndpoint Parse(string text, int defaultPort) =>
        TryParse(text, defaultPort, out ServerEndpoint? endpoint, out string? error) ? endpoint : throw new FormatException(error);

    /// <summary>
    /// Reads <c>host</c>, <c>host:port</c>, <c>192.0.2.1</c>, a bare IPv6 literal, <c>[v6]</c> or <c>[v6]:port</c>.
    /// </summary>
    /// <param name="text">As typed; no blanks around it.</param>
    /// <param name="defaultPort">1..65535, for text without a port.</param>
    /// <param name="endpoint">The result.</param>
    /// <param name="error">A short phrase that names the problem, without the text itself.</param>
    public static bool TryParse(
        string? text, int defaultPort, [NotNullWhen(true)] out ServerEndpoint? endpoint, [NotNullWhen(false)] out string? error)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(defaultPort, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(defaultPort, ushort.MaxValue);
        endpoint = null;
        if (string.IsNullOrEmpty(text))
        {
            error = "the server is empty";
            return false;
        }
        if (text.Contains("://", StringComparison.Ordinal))
        {
            error = "a URL, where the server's name or address alone is wanted";
            return false;
        }
        if (Encoding.UTF8.GetByteCount(text) > s_maxLength)
        {
            error = $"longer than {HostName.MaxLength} bytes";
            return false;
        }
        if (!TrySplit(text, out string host, out string? port, out bool bracketed, out error))
        {
            return false;
        }
        int number = defaultPort;
        if (port is not null && !TryParsePort(port, out number))
        {
            error = "the port is not a number from 1 to 65535";
            return false;
        }
        string? normal = NormalizeHost(host, bracketed, out error);
        if (normal is null)
        {
            error ??= "not a server";
            return false;
        }
        endpoint = new ServerEndpoint(normal, number);
        error = null;
        return true;
    }

    private static bool TrySplit(
        string text, out string host, out string? port, out bool bracketed, [NotNullWhen(false)] out string? error)
    {
        (host, port, error) = (text, null, null);
        bracketed = text[0] == '[';
        if (bracketed)
        {
            int close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
            {
                error = "the bracket is not closed";
                return false;
            }
            if (close + 1 < text.Length && text[close + 1] != ':')
            {
                error = "only a port may follow the bracket";
                return false;
            }
            host = text[1..close];
            port = close + 1 < text.Length ? text[(close + 2)..] : null;
            return true;
        }
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && colon == text.LastIndexOf(':'))
        {
            (host, port) = (text[..colon], text[(colon + 1)..]);
        }
        if (host.Length == 0)
        {
            error = "the host is empty";
            return false;
        }
        return true;
    }

    private static bool TryParsePort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is >= 1 and <= ushort.MaxValue;

    private static string? NormalizeHost(string host, bool bracketed, out string? error)
    {
        if (bracketed || host.Contains(':', StringComparison.Ordinal))
        {
            bool valid = HostName.ParseLiteral(host) is { AddressFamily: AddressFamily.InterNetworkV6 };
            error = valid ? null : "not a valid IPv6 address";
            return valid ? host : null;
        }
        error = null;
        return HostName.ParseLiteral(host) is not null ? host : HostName.Normalize(host, out error);
    }
}
