using System.Globalization;
using TunnelCore.Net;

namespace NmPlugin.Profile;

/// <summary>The types of values in vpn.data and vpn.secrets (connection-keys 1.5 and 10).</summary>
internal static class KeyTypes
{
    /// <summary>PPP's name and secret fields have one length byte (RFC 1334); pppd cuts longer ones silently.</summary>
    private const int MaxCredentialBytes = 255;

    private const int MaxTextLength = 4096;
    private const int MaxPins = 16;

    /// <summary>Free text on one line.</summary>
    public static KeyType<string> Text { get; } = new("text", ParseText);

    /// <summary>User and domain names: what fits a PPP name field.</summary>
    public static KeyType<string> Name { get; } = new("text, up to 255 bytes", ParseName);

    /// <summary>A password, taken as it is, line breaks included.</summary>
    public static KeyType<string> Password { get; } = new("secret, up to 255 bytes", ParsePassword);

    /// <summary>A secret that no PPP field bounds.</summary>
    public static KeyType<string> LongSecret { get; } = new("secret", ParseLongSecret);

    public static KeyType<bool> YesNo { get; } = new("yes or no", ParseYesNo, EmptyIsAbsent: false);

    /// <summary>A file's path with C-style escapes (\040 for a blank), as the editors write it.</summary>
    public static KeyType<string> FilePath { get; } = new("path; C-style escapes such as \\040 are decoded", ParseFilePath);

    public static KeyType<ServerEndpoint> SstpGateway { get; } = new("host, host:port, IPv6, [IPv6]:port", GatewayParser.ParseSstp);

    public static KeyType<ServerEndpoint> PptpGateway { get; } = new("name or IPv4 address", GatewayParser.ParsePptp);

    public static KeyType<string> ProxyHost { get; } = new("name or address", GatewayParser.ParseProxy);

    public static KeyType<string> ServerName { get; } = new("host name or address", GatewayParser.ParseServerName);

    public static KeyType<SecretFlags> Flags { get; } = new("secret flags (0, 1, 2, 4 or a sum of them); anything else counts as 0", ParseFlags);

    public static KeyType<IReadOnlyList<CertificatePin>> Pins { get; } = new("SHA-256 fingerprints, separated by commas", ParsePins);

    public static KeyType<TlsVersion> TlsVersion { get; } = Choice(
        ("1.0", Profile.TlsVersion.Tls10), ("1.1", Profile.TlsVersion.Tls11), ("1.2", Profile.TlsVersion.Tls12), ("1.3", Profile.TlsVersion.Tls13));

    /// <summary>Whatever is there is not looked at.</summary>
    public static KeyType<string> Unread { get; } = new("anything", ParseUnread);

    /// <summary>Decimal digits only, within the bounds.</summary>
    public static KeyType<int> Number(int from, int to) =>
        new($"number, {from} to {to}", (string text, out int value) => ParseNumber(text, from, to, out value));

    /// <summary>0, or a number within the bounds.</summary>
    public static KeyType<int> ZeroOrNumber(int from, int to) =>
        new($"0, or a number from {from} to {to}", (string text, out int value) => ParseZeroOrNumber(text, from, to, out value));

    public static KeyType<T> Choice<T>(params (string Text, T Value)[] choices) =>
        new(string.Join(", ", choices.Select(choice => choice.Text)), (string text, out T value) => ParseChoice(text, choices, out value));

    private static string? ParseText(string text, out string value)
    {
        value = text;
        return text.Length > MaxTextLength ? $"is longer than {MaxTextLength} characters"
            : text.Any(char.IsControl) ? "has a line break or another control character"
            : null;
    }

    private static string? ParseName(string text, out string value) =>
        ParseText(text, out value) ?? ParsePassword(text, out value);

    private static string? ParsePassword(string text, out string value)
    {
        value = text;
        return text.Length > MaxCredentialBytes || System.Text.Encoding.UTF8.GetByteCount(text) > MaxCredentialBytes
            ? $"is longer than {MaxCredentialBytes} bytes"
            : null;
    }

    private static string? ParseLongSecret(string text, out string value)
    {
        value = text;
        return text.Length > MaxTextLength ? $"is longer than {MaxTextLength} characters" : null;
    }

    private static string? ParseYesNo(string text, out bool value)
    {
        value = text is "yes" or "true";
        return value || text is "no" or "false" ? null : "must be yes or no";
    }

    private static string? ParseNumber(string text, int from, int to, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= from && value <= to
            ? null
            : $"must be a number from {from} to {to}";

    private static string? ParseZeroOrNumber(string text, int from, int to, out int value) =>
        ParseNumber(text, 0, to, out value) is null && (value == 0 || value >= from) ? null : $"must be 0 or a number from {from} to {to}";

    private static string? ParseFilePath(string text, out string value)
    {
        value = "";
        if (text.Length > MaxTextLength)
        {
            return $"is longer than {MaxTextLength} characters";
        }
        if (CEscapes.Decode(text) is not { } path)
        {
            return "is not valid UTF-8 once its escapes are decoded";
        }
        return ParseText(path, out value);
    }

    private static string? ParseFlags(string text, out SecretFlags value)
    {
        value = SecretFlagsParser.Parse(text);
        return null;
    }

    private static string? ParsePins(string text, out IReadOnlyList<CertificatePin> value)
    {
        List<CertificatePin> pins = [];
        value = pins;
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (string part in parts)
        {
            if (!CertificatePin.TryParse(part, out CertificatePin? pin))
            {
                return "must be SHA-256 fingerprints, 64 hexadecimal digits each, separated by commas";
            }
            pins.Add(pin);
        }
        return pins.Count is 0 or > MaxPins ? $"must be 1 to {MaxPins} SHA-256 fingerprints" : null;
    }

    private static string? ParseUnread(string text, out string value)
    {
        value = text;
        return null;
    }

    private static string? ParseChoice<T>(string text, (string Text, T Value)[] choices, out T value)
    {
        foreach ((string name, T chosen) in choices)
        {
            if (name == text)
            {
                value = chosen;
                return null;
            }
        }
        value = default!;
        return $"must be one of {string.Join(", ", choices.Select(choice => choice.Text))}";
    }
}
