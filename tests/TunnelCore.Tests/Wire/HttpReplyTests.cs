using System.Text;
using TunnelCore.Wire.Http;

namespace TunnelCore.Tests.Wire;

public sealed class HttpReplyTests
{
    [Fact]
    public void Request_IsWhatServersExpect()
    {
        string request = Encoding.ASCII.GetString(
            SstpHttpRequest.Build("vpn.example.org", Guid.Parse("0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9")));
        Assert.Equal(
            "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\n"
            + "Host: vpn.example.org\r\n"
            + "Content-Length: 18446744073709551615\r\n"
            + "SSTPCORRELATIONID: {0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9}\r\n\r\n",
            request);
    }

    [Theory]
    [InlineData("a\r\nX: y")]
    [InlineData("a b")]
    [InlineData("\u00e4")]
    [InlineData("")]
    public void Request_RefusesAHostThatBreaksTheLine(string host) =>
        Assert.ThrowsAny<ArgumentException>(() => SstpHttpRequest.Build(host, Guid.Empty));

    [Theory]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 18446744073709551615\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n", 200, "")]
    [InlineData("HTTP/1.1 200 \r\n\r\n", 200, "")]
    [InlineData("HTTP/1.1 200 OK\n\n", 200, "OK")]
    [InlineData("HTTP/1.0 404 Not Found\r\nX:\r\nno colon here\r\n: no name\r\n\r\n", 404, "Not Found")]
    public void Reply_IsRead_FromAnyPieces_AndWhatFollowsIsKept(string text, int status, string reason)
    {
        byte[] bytes = [.. Encoding.Latin1.GetBytes(text), 0x10, 0x01];
        foreach (int piece in new[] { 1, 2, 7, bytes.Length })
        {
            HttpReplyParser parser = new();
            int offset = 0;
            HttpParse result = HttpParse.NeedMore;
            while (result == HttpParse.NeedMore)
            {
                result = parser.Feed(bytes.AsSpan(offset, Math.Min(piece, bytes.Length - offset)), out int consumed);
                Assert.True(consumed > 0);
                offset += consumed;
            }
            Assert.Equal(HttpParse.Complete, result);
            Assert.Equal(text.Length, offset);
            Assert.Equal((status, reason), (parser.Reply!.Status, parser.Reply.Reason));
            Assert.Equal(HttpParse.Complete, parser.Feed("more"u8, out int after));
            Assert.Equal(0, after);
        }
    }

    [Fact]
    public void Reply_Headers_AreFoundWhateverTheCase()
    {
        HttpReplyParser parser = new();
        parser.Feed("HTTP/1.1 302 Found\r\nLOCATION:  https://vpn.example.org/ \r\nlocation: second\r\n\r\n"u8, out _);
        Assert.Equal("https://vpn.example.org/", parser.Reply!.Find("Location"));
        Assert.Null(parser.Reply.Find("Server"));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\r\nHTTP/1.1 200\r\n")]
    [InlineData("HTTP/2.0 200 OK\r\n")]
    [InlineData("HTTP/1.1 20\r\n")]
    [InlineData("HTTP/1.1 2000\r\n")]
    [InlineData("HTTP/1.1  200\r\n")]
    [InlineData("HTTP/1.x 200\r\n")]
    [InlineData("HTTP/1.1 099\r\n")]
    [InlineData("HTTP/1.1\r\n")]
    public void Reply_Garbage(string text)
    {
        HttpReplyParser parser = new();
        Assert.Equal(HttpParse.Garbage, parser.Feed(Encoding.Latin1.GetBytes(text), out _));
        Assert.Null(parser.Reply);
    }

    [Fact]
    public void Reply_Limits()
    {
        HttpReplyParser exact = new();
        byte[] head = [.. "HTTP/1.1 200\r\nA: "u8, .. new byte[HttpReplyParser.MaxBytes - 21].Select(_ => (byte)'x'), .. "\r\n\r\n"u8];
        Assert.Equal(HttpReplyParser.MaxBytes, head.Length);
        Assert.Equal(HttpParse.Complete, exact.Feed(head, out _));

        HttpReplyParser tooLarge = new();
        Assert.Equal(HttpParse.TooLarge, tooLarge.Feed([.. head[..20], .. head[18..]], out int consumed));
        Assert.Equal(HttpReplyParser.MaxBytes, consumed);

        HttpReplyParser hundred = new();
        Assert.Equal(HttpParse.Complete, hundred.Feed(Headers(100), out _));
        HttpReplyParser more = new();
        Assert.Equal(HttpParse.TooManyHeaders, more.Feed(Headers(101), out _));
    }

    [Fact]
    public void Reply_HostileBytes_NeverThrow()
    {
        Random random = new(7);
        byte[] good = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\nDate: x\r\n\r\n"u8.ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = (byte[])good.Clone();
            for (int flips = random.Next(0, 5); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }
            HttpReplyParser parser = new();
            HttpParse result = parser.Feed(bytes, out int consumed);
            Assert.InRange(consumed, 0, bytes.Length);
            Assert.Equal(result == HttpParse.Complete, parser.Reply is not null);
        }
    }

    private static byte[] Headers(int count) =>
        Encoding.ASCII.GetBytes("HTTP/1.1 200\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", count)) + "\r\n");
}
