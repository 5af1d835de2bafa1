using System.Text;
using TunnelCore.Wire.Http;

namespace TunnelCore.Tests.Wire;

/// <summary>Vectors of RFC 7616 3.9.1, RFC 2617 3.5, RFC 7617 2 and 2.1.</summary>
public sealed class HttpLoginTests
{
    private const string Mufasa = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=ALG, "
        + "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";

    [Theory]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Digest_Rfc7616(string algorithm, string response)
    {
        string answer = Answer(
            Mufasa.Replace("ALG", algorithm, StringComparison.Ordinal), "Mufasa", "Circle of Life", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
        Assert.Equal(
            "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", uri=\"/dir/index.html\", "
            + $"response=\"{response}\", algorithm={algorithm}, qop=auth, nc=00000001, cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", "
            + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
            answer);
    }

    [Fact]
    public void Digest_Rfc2617_WithoutAlgorithm() => Assert.Contains(
        "response=\"6629fae49393a05397450978507c4ef1\"",
        Answer("Digest realm=\"testrealm@host.com\", qop=\"auth,auth-int\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"",
            "Mufasa", "Circle Of Life", "0a4f113b"),
        StringComparison.Ordinal);

    [Fact]
    public void Digest_HashedUserName()
    {
        string answer = Answer("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, userhash=true", "bob", "pw", "c");
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("bob:r"u8));
        Assert.Contains($"username=\"{hash}\"", answer, StringComparison.Ordinal);
        Assert.EndsWith("userhash=true", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("bob", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest nonce=\"n\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256")]
    [InlineData("Digest realm=\"r\", nonce=\"n\u0001\"")]
    [InlineData("Basic realm=\"r\", nonce=\"n\"")]
    public void Digest_UnusableChallenge(string challenge) => Assert.Null(DigestLogin.From(HttpChallengeReader.Read([challenge])[0]));

    [Fact]
    public void Digest_QuotesAreEscaped() =>
        Assert.StartsWith("Digest username=\"b\\\"o\\\\b\", ", Answer("Digest realm=\"r\", nonce=\"n\"", "b\"o\\b", "pw", "c"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]
    [InlineData("test", "123£", "Basic dGVzdDoxMjPCow==")]
    [InlineData("u", "p@s:s%40", "Basic dTpwQHM6cyU0MA==")]
    public void Basic_Vectors(string user, string password, string wanted) =>
        Assert.Equal(wanted, Encoding.ASCII.GetString(BasicLogin.Answer(user, Encoding.UTF8.GetBytes(password))));

    [Fact]
    public void S031_LongCredentialsAreOneLine()
    {
        string password = new('x', 300);
        string answer = Encoding.ASCII.GetString(BasicLogin.Answer("user", Encoding.UTF8.GetBytes(password)));
        Assert.Equal($"user:{password}", Encoding.UTF8.GetString(Convert.FromBase64String(answer["Basic ".Length..])));
        Assert.DoesNotContain(answer, char.IsControl);
    }

    [Fact]
    public void ConnectRequest_NeverGrowsALine()
    {
        Assert.Throws<ArgumentException>(() => ConnectRequest.Build("a:1\r\nX: y", []));
        Assert.Throws<ArgumentException>(() => ConnectRequest.Build("a b:1", []));
        Assert.Throws<ArgumentException>(() => ConnectRequest.Build("a:1", "Basic x\r\nEvil: 1"u8));
        Assert.Equal("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nSSTPVERSION: 1.0\r\n\r\n", Encoding.ASCII.GetString(ConnectRequest.Build("a:1", [])));
    }

    private static string Answer(string challenge, string user, string password, string cnonce)
    {
        DigestLogin login = DigestLogin.From(HttpChallengeReader.Read([challenge])[0])!;
        return Encoding.UTF8.GetString(login.Answer(user, Encoding.UTF8.GetBytes(password), "GET", "/dir/index.html", cnonce));
    }
}
