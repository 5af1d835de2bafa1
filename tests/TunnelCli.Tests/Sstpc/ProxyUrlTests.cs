using System.Text;
using TunnelCli.Options;
using TunnelCli.Sstpc;
using TunnelCore.Net;

namespace TunnelCli.Tests.Sstpc;

/// <summary>--proxy and http_proxy, as people write them.</summary>
public sealed class ProxyUrlTests
{
    [Theory]
    [InlineData("http://proxy:3128", "proxy:3128", null, null)]
    [InlineData("http://proxy", "proxy:80", null, null)]
    [InlineData("HTTP://proxy/", "proxy:80", null, null)]
    [InlineData("proxy", "proxy:443", null, null)]
    [InlineData("proxy:8080", "proxy:8080", null, null)]
    [InlineData("http://u:p@proxy:1", "proxy:1", "u", "p")]
    [InlineData("http://u@proxy:1", "proxy:1", "u", null)]
    [InlineData("http://u:p%40%3Aq@proxy:1", "proxy:1", "u", "p@:q")]
    [InlineData("http://u:p@q@proxy:1", "proxy:1", "u", "p@q")]
    [InlineData("http://[::1]:3128", "[::1]:3128", null, null)]
    public void S031_Url_IsTakenApart(string url, string server, string? user, string? password)
    {
        ProxyOptions proxy = ProxyUrl.Parse(url);
        Assert.Equal(server, proxy.Server.ToString());
        Assert.Equal(user, proxy.User);
        Assert.Equal(password, proxy.Password is { } secret ? Encoding.UTF8.GetString(secret.Utf8) : null);
    }

    [Theory]
    [InlineData("https://u:secret@proxy:1")]
    [InlineData("http://u:secret@proxy:99999")]
    [InlineData("http://u:secret@")]
    public void Nonsense_IsRefused_WithoutTheSecret(string url)
    {
        OptionException error = Assert.Throws<OptionException>(() => ProxyUrl.Parse(url));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Equal(255, error.ExitStatus);
    }
}
