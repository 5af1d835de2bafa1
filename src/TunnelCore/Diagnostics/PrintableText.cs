using System.Globalization;
using System.Text;

namespace TunnelCore.Diagnostics;

/// <summary>
/// Makes text from outside fit for a log line or an error sentence: control, format, private and lone surrogate characters
/// are escaped, and the length is capped.
/// </summary>
public static class PrintableText
{
    public const int DefaultLimit = 120;

    private const char Ellipsis = '…';

    /// <param name="text">Anything.</param>
    /// <param name="limit">Most characters of the result, the ellipsis included; at least 1.</param>
    public static string From(ReadOnlySpan<char> text, int limit = DefaultLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        StringBuilder result = new(Math.Min(text.Length, limit));
        while (!text.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf16(text, out Rune rune, out int used) == System.Buffers.OperationStatus.Done;
            string piece = valid && IsPrintable(rune) ? rune.ToString()
                : valid ? Escape(rune.Value)
                : Escape(text[0]);
            if (!TryAppend(result, piece, limit, last: used == text.Length))
            {
                break;
            }
            text = text[used..];
        }
        return result.ToString();
    }

    /// <summary>Bytes as ASCII; everything else as \xNN.</summary>
    public static string FromBytes(ReadOnlySpan<byte> bytes, int limit = DefaultLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        StringBuilder result = new(Math.Min(bytes.Length, limit));
        for (int i = 0; i < bytes.Length; i++)
        {
            string piece = bytes[i] is >= 0x20 and < 0x7F
                ? ((char)bytes[i]).ToString()
                : string.Create(CultureInfo.InvariantCulture, $"\\x{bytes[i]:X2}");
            if (!TryAppend(result, piece, limit, last: i == bytes.Length - 1))
            {
                break;
            }
        }
        return result.ToString();
    }

    private static bool TryAppend(StringBuilder result, string piece, int limit, bool last)
    {
        int room = limit - result.Length;
        if (piece.Length > room || (piece.Length == room && !last))
        {
            result.Append(Ellipsis);
            return false;
        }
        result.Append(piece);
        return true;
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Escape(int value) => value <= 0xFF
        ? string.Create(CultureInfo.InvariantCulture, $"\\x{value:X2}")
        : string.Create(CultureInfo.InvariantCulture, $"\\u{{{value:X}}}");
}
