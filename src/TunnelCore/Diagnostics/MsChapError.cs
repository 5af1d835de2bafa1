using System.Globalization;

namespace TunnelCore.Diagnostics;

/// <summary>The failure text of MS-CHAP, "E=691 R=1 C=... V=3 M=words" (RFC 2759 section 6), in the user's words.</summary>
internal static class MsChapError
{
    private static readonly (int Code, Cause Cause, string Words)[] s_words =
    [
        (646, Cause.AccountRefused, "the account may not log in at this time of day"),
        (647, Cause.AccountRefused, "the account is disabled"),
        (648, Cause.AccountRefused, "the password has expired"),
        (649, Cause.AccountRefused, "the account has no permission to dial in"),
        (691, Cause.AuthenticationFailed, "wrong user name or password"),
        (709, Cause.AccountRefused, "the password could not be changed"),
    ];

    /// <summary>Another password helps against some codes only; a text without a code is a refused password.</summary>
    public static Failure ToFailure(string text)
    {
        (_, Cause cause, string? words) = TryCode(text, out int code) ? Array.Find(s_words, row => row.Code == code) : default;
        return new Failure(words is null ? Cause.AuthenticationFailed : cause, Describe(text));
    }

    /// <summary>"wrong user name or password, E=691, the server says: words"; the text itself where it is no such text.</summary>
    public static string Describe(string text)
    {
        if (!TryCode(text, out int code))
        {
            return text;
        }

        string words = Array.Find(s_words, row => row.Code == code).Words ?? "unknown code";
        int message = text.IndexOf(" M=", StringComparison.Ordinal);
        string said = message < 0 ? "" : text[(message + 3)..].Trim();
        return said.Length == 0 ? $"{words}, E={code}" : $"{words}, E={code}, the server says: {said}";
    }

    private static bool TryCode(string text, out int code)
    {
        code = 0;
        int at = text.IndexOf("E=", StringComparison.Ordinal);
        return at >= 0 && TryNumber(text.AsSpan(at + 2), out code);
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number)
    {
        int digits = 0;
        while (digits < text.Length && digits < 6 && char.IsAsciiDigit(text[digits]))
        {
            digits++;
        }

        return int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
