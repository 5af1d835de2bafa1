using System.Text;

namespace TunnelCore.Diagnostics;

/// <summary>Makes words from outside fit for a log line and a dialog.</summary>
internal static class Printable
{
    private const int MaxLength = 200;

    /// <summary>UTF-8 or what there is of it, one line, no control characters, at most 200 characters.</summary>
    public static string From(ReadOnlySpan<byte> bytes)
    {
        string text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * MaxLength)]);
        StringBuilder clean = new(text.Length);
        foreach (char c in text)
        {
            clean.Append(char.IsControl(c) || char.IsSurrogate(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format ? ' ' : c);
        }

        string line = clean.ToString().Trim();
        return line.Length > MaxLength ? line[..MaxLength] : line;
    }
}
