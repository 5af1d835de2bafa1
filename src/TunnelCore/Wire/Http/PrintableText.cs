using System.Globalization;
using System.Text;

namespace TunnelCore.Wire.Http;

/// <summary>Makes a server's bytes fit for logs and messages: one line, ASCII, escaped, cut.</summary>
internal static class PrintableText
{
    /// <summary>Longest result, quotes and the mark of a cut included.</summary>
    public const int MaxLength = 80;

    /// <summary>The bytes in double quotes, escaped as in C, at most <see cref="MaxLength"/> characters.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes)
    {
        const string Cut = "...";
        StringBuilder text = new("\"", MaxLength);
        foreach (byte value in bytes)
        {
            string escaped = Escape(value);
            if (text.Length + escaped.Length + 1 + Cut.Length > MaxLength)
            {
                return text.Append('"').Append(Cut).ToString();
            }
            text.Append(escaped);
        }
        return text.Append('"').ToString();
    }

    /// <inheritdoc cref="Quote(ReadOnlySpan{byte})"/>
    public static string Quote(string latin1) => Quote(Encoding.Latin1.GetBytes(latin1));

    private static string Escape(byte value) => value switch
    {
        (byte)'\n' => "\\n",
        (byte)'\r' => "\\r",
        (byte)'\t' => "\\t",
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        >= 0x20 and < 0x7F => ((char)value).ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
    };
}
