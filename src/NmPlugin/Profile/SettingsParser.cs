using System.Text;
using TunnelCore.Diagnostics;

namespace NmPlugin.Profile;

/// <summary>Reads the text of one settings file: headings in brackets, "key = value" lines, comments behind # or ; at the line's start.</summary>
internal static class SettingsParser
{
    private const int MaxLine = 4096;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="file">For complaints.</param>
    /// <param name="bytes">UTF-8.</param>
    /// <exception cref="TunnelException">BadSettings with file and line.</exception>
    public static IReadOnlyList<SettingsEntry> Parse(string file, byte[] bytes)
    {
        string text;
        try
        {
            text = s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Wrong(file, 1 + bytes.AsSpan(0, FirstBadByte(bytes)).Count((byte)'\n'), "not UTF-8");
        }
        List<SettingsEntry> entries = [];
        SettingsSection? section = null;
        string[] lines = text.Split('\n');
        for (int number = 1; number <= lines.Length; number++)
        {
            string line = lines[number - 1].TrimEnd('\r').Trim(' ', '\t');
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }
            if (line[0] == '[')
            {
                section = ParseHeading(line, file, number);
                continue;
            }
            SettingsEntry entry = ParseLine(line, section, file, number);
            if (entries.FirstOrDefault(earlier => earlier.Key == entry.Key && earlier.Section == entry.Section) is { } earlier)
            {
                throw Wrong(file, number, $"'{Show(entry.Key)}' stands in {earlier.Place} already, under the same heading");
            }
            entries.Add(entry);
        }
        return entries;
    }

    private static SettingsSection ParseHeading(string line, string file, int number) =>
        (line[^1] == ']' ? SettingsSection.Parse(line[1..^1]) : null)
        ?? throw Wrong(file, number, $"the heading {Show(line)} is none of [defaults], [sstp], [pptp], [connection UUID]");

    private static SettingsEntry ParseLine(string line, SettingsSection? section, string file, int number)
    {
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        string? complaint = line.Length > MaxLine ? $"the line is longer than {MaxLine} characters"
            : line.Any(c => char.IsControl(c) && c != '\t') ? "the line has a control character"
            : equals <= 0 ? $"{Show(line)} is neither a heading, nor 'key = value', nor a comment"
            : section is null ? $"'{Show(line[..equals].TrimEnd())}' stands before the first heading"
            : null;
        return complaint is null
            ? new SettingsEntry($"{file}:{number}", section!, line[..equals].TrimEnd(' ', '\t'), line[(equals + 1)..].TrimStart(' ', '\t'))
            : throw Wrong(file, number, complaint);
    }

    private static int FirstBadByte(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int used) == System.Buffers.OperationStatus.Done)
        {
            at += used;
        }
        return at;
    }

    private static TunnelException Wrong(string file, int line, string complaint) => new(Cause.BadSettings, $"{file}:{line}: {complaint}");

    private static string Show(string text) => PrintableText.From(text, 80);
}
