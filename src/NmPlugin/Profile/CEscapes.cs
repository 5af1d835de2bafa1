using System.Text;

namespace NmPlugin.Profile;

/// <summary>Undoes the C-style escapes that the editors write into paths: \b \f \n \r \t \v, \ooo, and \c for any other c.</summary>
internal static class CEscapes
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <returns>Null when the octal escapes give no valid UTF-8 or a NUL.</returns>
    public static string? Decode(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }
        byte[] source = Encoding.UTF8.GetBytes(text);
        byte[] target = new byte[source.Length];
        int length = 0;
        for (int i = 0; i < source.Length; length++)
        {
            if (source[i] != (byte)'\\' || i + 1 == source.Length)
            {
                target[length] = source[i++];
                continue;
            }
            i++;
            target[length] = source[i] is >= (byte)'0' and <= (byte)'7' ? Octal(source, ref i) : Single(source[i++]);
        }
        try
        {
            string decoded = s_strict.GetString(target, 0, length);
            return decoded.Contains('\0', StringComparison.Ordinal) ? null : decoded;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>One to three octal digits.</summary>
    private static byte Octal(ReadOnlySpan<byte> source, ref int i)
    {
        int value = 0;
        for (int end = Math.Min(i + 3, source.Length); i < end && source[i] is >= (byte)'0' and <= (byte)'7'; i++)
        {
            value = (value * 8) + (source[i] - '0');
        }
        return (byte)value;
    }

    private static byte Single(byte c) => c switch
    {
        (byte)'b' => 8,
        (byte)'f' => 12,
        (byte)'n' => 10,
        (byte)'r' => 13,
        (byte)'t' => 9,
        (byte)'v' => 11,
        _ => c,
    };
}
