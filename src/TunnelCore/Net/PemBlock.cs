using System.Security.Cryptography;
using System.Text;

namespace TunnelCore.Net;

/// <summary>A block between -----BEGIN LABEL----- and -----END LABEL-----, with the headers that encrypted keys of old have (RFC 1421).</summary>
/// <param name="Label">What it says it is.</param>
/// <param name="Headers">"Name: value" lines before the body.</param>
/// <param name="Body">Decoded.</param>
internal sealed record PemBlock(string Label, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    private const string Begin = "-----BEGIN ";
    private const string End = "-----END ";
    private const string Dashes = "-----";

    /// <summary>Every well-formed block of a file, in order; a malformed one is passed over.</summary>
    public static List<PemBlock> ReadAll(ReadOnlySpan<byte> file)
    {
        List<PemBlock> blocks = [];
        string[] lines = Encoding.Latin1.GetString(file).Split('\n', StringSplitOptions.TrimEntries);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith(Begin, StringComparison.Ordinal) || !lines[i].EndsWith(Dashes, StringComparison.Ordinal))
            {
                continue;
            }
            string label = lines[i][Begin.Length..^Math.Min(Dashes.Length, lines[i].Length - Begin.Length)];
            int end = Array.IndexOf(lines, $"{End}{label}{Dashes}", i + 1);
            if (end > i && Read(label, lines.AsSpan(i + 1, end - i - 1)) is { } block)
            {
                blocks.Add(block);
                i = end;
            }
        }
        return blocks;
    }

    private static PemBlock? Read(string label, ReadOnlySpan<string> lines)
    {
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        int at = 0;
        for (; at < lines.Length && lines[at].IndexOf(':', StringComparison.Ordinal) is int colon and > 0; at++)
        {
            headers[lines[at][..colon]] = lines[at][(colon + 1)..].Trim();
        }
        try
        {
            return new PemBlock(label, headers, Convert.FromBase64String(string.Concat(lines[at..]!)));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>The text form; the caller wipes it when the body is a secret.</summary>
    public static byte[] Write(string label, ReadOnlySpan<byte> body)
    {
        char[] text = PemEncoding.Write(label, body);
        byte[] bytes = [.. Encoding.ASCII.GetBytes(text), (byte)'\n'];
        Array.Clear(text);
        return bytes;
    }
}
