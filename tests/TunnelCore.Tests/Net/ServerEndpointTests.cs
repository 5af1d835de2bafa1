using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

public sealed class ServerEndpointTests
{
    [Theory]
    [InlineData("vpn.example.org", "vpn.example.org", 443, "vpn.example.org")]
    [InlineData("vpn.example.org:8443", "vpn.example.org", 8443, "vpn.example.org")]
    [InlineData("VPN_1.example.org.", "VPN_1.example.org.", 443, "VPN_1.example.org.")]
    [InlineData("192.0.2.1", "192.0.2.1", 443, "192.0.2.1")]
    [InlineData("192.0.2.1:1", "192.0.2.1", 1, "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1", 443, "[2001:db8::1]")]
    [InlineData("::1", "::1", 443, "[::1]")]
    [InlineData("[2001:db8::1]", "2001:db8::1", 443, "[2001:db8::1]")]
    [InlineData("[2001:db8::1]:65535", "2001:db8::1", 65535, "[2001:db8::1]")]
    [InlineData("[::ffff:192.0.2.1]:8443", "::ffff:192.0.2.1", 8443, "[::ffff:192.0.2.1]")]
    [InlineData("3com.example.org", "3com.example.org", 443, "3com.example.org")]
    [InlineData("localhost", "localhost", 443, "localhost")]
    [InlineData("münchen.example", "xn--mnchen-3ya.example", 443, "xn--mnchen-3ya.example")]
    [InlineData("MÜNCHEN.example:444", "xn--mnchen-3ya.example", 444, "xn--mnchen-3ya.example")]
    [InlineData("例え.jp", "xn--r8jz45g.jp", 443, "xn--r8jz45g.jp")]
    public void S006_Accepted(string text, string host, int port, string header)
    {
        ServerEndpoint endpoint = ServerEndpoint.Parse(text, 443);
        Assert.Equal((host, port, header), (endpoint.Host, endpoint.Port, endpoint.HostHeader));
        Assert.Equal(endpoint, ServerEndpoint.Parse(endpoint.ToString(), 1));
    }

    [Fact]
    public void S006_LongestName_LeavesRoomForThePort()
    {
        string name = string.Concat(Enumerable.Repeat("abcdefg.", 31)) + "example";
        Assert.Equal(255, name.Length);
        Assert.Equal(new ServerEndpoint(name, 65535), ServerEndpoint.Parse(name + ":65535", 443));
        Assert.Equal(new ServerEndpoint(name, 443), ServerEndpoint.Parse(name, 443));
        Assert.False(ServerEndpoint.TryParse("x" + name + ":443", 443, out _, out string? error));
        Assert.Contains("longer than 255", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData(":443", "empty")]
    [InlineData("[::1", "bracket")]
    [InlineData("[::1]x", "bracket")]
    [InlineData("[]", "IPv6")]
    [InlineData("[192.0.2.1]", "IPv6")]
    [InlineData("[fe80::1%2]", "IPv6")]
    [InlineData("1:2:3", "IPv6")]
    [InlineData("::1]:443", "IPv6")]
    [InlineData("host:", "port")]
    [InlineData("host:0", "port")]
    [InlineData("host:99999", "port")]
    [InlineData("host:65536", "port")]
    [InlineData("host:+1", "port")]
    [InlineData("host: 1", "port")]
    [InlineData("host:443x", "port")]
    [InlineData("host:99999999999999999999", "port")]
    [InlineData("-host", "'-'")]
    [InlineData("--cert-warn", "'-'")]
    [InlineData("vpn example", "' '")]
    [InlineData("a/b", "'/'")]
    [InlineData("a;reboot", "';'")]
    [InlineData("a\nb", "\\x0A")]
    [InlineData("a\0b", "\\x00")]
    [InlineData("user@host", "'@'")]
    [InlineData("https://host/", "URL")]
    [InlineData("a..b", "between dots")]
    [InlineData(".", "between dots")]
    [InlineData("10.1", "IPv4")]
    [InlineData("999.1.1.1", "IPv4")]
    [InlineData("010.0.0.1", "IPv4")]
    [InlineData("12345", "IPv4")]
    [InlineData("0x7f000001", "IPv4")]
    [InlineData("1.2.3.4.", "IPv4")]
    [InlineData("ｅxample.org", "ASCII form")]
    [InlineData("e\u0301xample.org", "ASCII form")]
    [InlineData("\u202Emoc.example", "ASCII form")]
    [InlineData("ﬁ.example", "ASCII form")]
    public void S005_Refused(string? text, string phrase)
    {
        Assert.False(ServerEndpoint.TryParse(text, 443, out ServerEndpoint? endpoint, out string? error));
        Assert.Null(endpoint);
        Assert.Contains(phrase, error, StringComparison.Ordinal);
        Assert.InRange(error.Length, 5, 80);
        Assert.DoesNotContain(error, char.IsControl);
    }

    [Fact]
    public void S005_LengthLimits()
    {
        string label = new('a', 63);
        Assert.True(ServerEndpoint.TryParse($"{label}.{label}.{label}.b", 443, out _, out _));
        Assert.False(ServerEndpoint.TryParse($"{label}a.b", 443, out _, out _));
        Assert.False(ServerEndpoint.TryParse($"{label}.{label}.{label}.{label}.b", 443, out _, out string? error));
        Assert.Contains("255", error, StringComparison.Ordinal);
        Assert.False(ServerEndpoint.TryParse(new string('ü', 200), 443, out _, out _));
    }

    [Fact]
    public void RandomText_NeverThrows_AndWhatIsAcceptedIsClean()
    {
        Random random = new(7);
        const string Alphabet = "ab1.:[]-_%/\0ü \u0301f";
        for (int i = 0; i < 20000; i++)
        {
            string text = string.Create(random.Next(0, 12), random, (span, source) =>
            {
                foreach (ref char c in span)
                {
                    c = Alphabet[source.Next(Alphabet.Length)];
                }
            });
            if (ServerEndpoint.TryParse(text, 443, out ServerEndpoint? endpoint, out _))
            {
                Assert.InRange(endpoint.Port, 1, 65535);
                Assert.All(endpoint.Host, c => Assert.True(char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':'));
                Assert.Equal(endpoint, ServerEndpoint.Parse(endpoint.ToString(), 443));
            }
        }
    }

    [Fact]
    public void EmptyName_IsNoName()
    {
        Assert.Null(HostName.Normalize("", out string? error));
        Assert.Equal("the name is empty", error);
    }
}
