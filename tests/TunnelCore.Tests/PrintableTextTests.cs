using TunnelCore.Diagnostics;

namespace TunnelCore.Tests;

public sealed class PrintableTextTests
{
    [Theory]
    [InlineData("plain Text 1", "plain Text 1")]
    [InlineData("Grüße 例え 🔒", "Grüße 例え 🔒")]
    [InlineData("a\nb\r\t\u001b[31m\0", "a\\x0Ab\\x0D\\x09\\x1B[31m\\x00")]
    [InlineData("\u202Eabc\u200B", "\\u{202E}abc\\u{200B}")]
    [InlineData("\u2028x\u0085", "\\u{2028}x\\x85")]
    [InlineData("", "")]
    public void Text_IsEscaped(string text, string expected) => Assert.Equal(expected, PrintableText.From(text));

    [Fact]
    public void LoneSurrogate_IsEscaped() => Assert.Equal("a\\u{D800}b", PrintableText.From("a" + (char)0xD800 + "b"));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdefg", 6, "abcde…")]
    [InlineData("ab\n", 6, "ab\\x0A")]
    [InlineData("abc\n", 6, "abc…")]
    [InlineData("x", 1, "x")]
    [InlineData("xy", 1, "…")]
    public void Length_IsCapped(string text, int limit, string expected) => Assert.Equal(expected, PrintableText.From(text, limit));

    [Fact]
    public void Bytes_AreShownAsAscii()
    {
        Assert.Equal("HTTP/1.1 400\\x0D\\x0A\\xFF", PrintableText.FromBytes("HTTP/1.1 400\r\n"u8.ToArray().Append((byte)0xFF).ToArray()));
        Assert.Equal(20, PrintableText.FromBytes(new byte[5000], 20).Length + 3);
    }
}
