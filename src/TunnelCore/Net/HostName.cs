using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace TunnelCore.Net;

/// <summary>Checks and normalises what stands for a server: address literals strictly, names to A-labels.</summary>
/// <remarks>
/// The runtime's own parsers are too kind: "1.2.3", "010.0.0.1" and "12345" are addresses to them. Its IdnMapping does no
/// nameprep without ICU, so only letters that need none (after lower-casing) are let through.
/// </remarks>
internal static class HostName
{
    public const int MaxLength = 255;

    /// <summary>Letters that IDNA maps or forbids and that the character class alone does not show.</summary>
    private static readonly (int First, int Last)[] s_mappedLetters =
    [
        (0x00AA, 0x00AA), (0x00BA, 0x00BA), // ordinal indicators
        (0x02B0, 0x02FF), // modifier letters
        (0x1D2C, 0x1DBF), // phonetic superscripts
        (0x2071, 0x209C), // super- and subscripts
        (0x2100, 0x218F), // letterlike symbols
        (0xF900, 0xFAFF), // CJK compatibility
        (0xFB00, 0xFB4F), // ligatures
        (0xFE70, 0xFEFF), // Arabic presentation forms
        (0xFF00, 0xFFEF), // full width
        (0x1D400, 0x1D7FF), // mathematical letters
        (0x2F800, 0x2FA1F), // CJK compatibility
    ];

    /// <summary>Dotted quad without leading zeros, or an IPv6 literal without scope; else null.</summary>
    public static IPAddress? ParseLiteral(string host)
    {
        if (host.Contains(':', StringComparison.Ordinal))
        {
            return !host.Contains('%', StringComparison.Ordinal) && !host.Contains('[', StringComparison.Ordinal)
                && IPAddress.TryParse(host, out IPAddress? v6) && v6.AddressFamily == AddressFamily.InterNetworkV6 ? v6 : null;
        }
        // The canonical text is the only one that a dotted quad may have.
        return IPAddress.TryParse(host, out IPAddress? v4) && v4.ToString() == host ? v4 : null;
    }

    /// <summary>Normalises a name. Returns null and a short phrase when it is none.</summary>
    public static string? Normalize(string host, out string? error)
    {
        string? ascii = Ascii.IsValid(host) ? host : ToALabels(host, out error);
        if (ascii is null)
        {
            error = "the name has characters that need its ASCII form (xn--...)";
            return null;
        }
        error = FindFault(ascii);
        return error is null ? ascii : null;
    }

    private static string? FindFault(string host)
    {
        if (host.Length == 0)
        {
            return "the name is empty";
        }
        if (host.Length > MaxLength)
        {
            return $"longer than {MaxLength} characters";
        }
        if (host[0] == '-')
        {
            return "starts with '-'";
        }
        foreach (char c in host)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            {
                return $"has the character {Diagnostics.PrintableText.From($"'{c}'")}, which no host name has";
            }
        }
        string[] labels = (host[^1] == '.' ? host[..^1] : host).Split('.');
        if (Array.Exists(labels, label => label.Length is 0 or > 63))
        {
            return "a part between dots is empty or longer than 63 characters";
        }
        return LooksNumeric(labels[^1]) ? "not a valid IPv4 address" : null;
    }

    /// <summary>A name never ends in a number (RFC 3696 section 2): such text is a mistyped address.</summary>
    private static bool LooksNumeric(string label) =>
        label.All(char.IsAsciiDigit)
        || (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && label[2..].All(char.IsAsciiHexDigit));

    private static string? ToALabels(string host, out string? error)
    {
        error = null;
        string lower = host.ToLowerInvariant();
        foreach (Rune rune in lower.EnumerateRunes())
        {
            if (!rune.IsAscii && !IsPlainLetter(rune))
            {
                return null;
            }
        }
        try
        {
            return new IdnMapping().GetAscii(lower);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsPlainLetter(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.LowercaseLetter or UnicodeCategory.OtherLetter
        && !Array.Exists(s_mappedLetters, range => rune.Value >= range.First && rune.Value <= range.Last);
}
