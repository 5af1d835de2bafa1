using System.Text;

namespace NmPlugin.Profile;

/// <summary>Makes text from a profile fit for one line of a log or a D-Bus error.</summary>
internal static class Printable
{
    private const int MaxLength = 80;

    /// <summary>In quotes, cut after 80 characters, control characters as \xHH.</summary>
    public static string Quote(string text)
    {
        var line = new StringBuilder("'");
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
        {
            _ = char.IsControl(c) || char.IsSurrogate(c) ? line.Append($"\\x{(int)c:X2}") : line.Append(c);
        }
        return line.Append(text.Length > MaxLength ? "...'" : "'").ToString();
    }
}
