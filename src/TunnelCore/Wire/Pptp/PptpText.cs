using System.Text;

namespace TunnelCore.Wire.Pptp;

/// <summary>
/// Text fields of fixed size (host name, vendor, phone number, statistics): ASCII, zero padded, without a terminator when full.
/// What is read ends at the first NUL (some servers leave garbage behind it); bytes that cannot be printed become dots, so that
/// a value is fit for a log.
/// </summary>
internal static class PptpText
{
    public static string Read(ReadOnlySpan<byte> field)
    {
        int end = field.IndexOf((byte)0);
        ReadOnlySpan<byte> text = end < 0 ? field : field[..end];
        StringBuilder result = new(text.Length);
        foreach (byte b in text)
        {
            result.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        }

        return result.ToString();
    }

    /// <summary>Writes as much as fits into a zeroed field.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> field, string text)
    {
        int length = Math.Min(field.Length, text.Length);
        for (int i = 0; i < length; i++)
        {
            field[i] = char.IsAscii(text[i]) ? (byte)text[i] : (byte)'?';
        }

        return length;
    }
}
