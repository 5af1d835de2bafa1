using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

public sealed class NameMatcherTests
{
    [Theory]
    [InlineData("vpn.ex.org", "vpn.ex.org", true)]
    [InlineData("VPN.Ex.ORG", "vpn.ex.org", true)]
    [InlineData("vpn.ex.org.", "vpn.ex.org", true)]
    [InlineData("vpn.ex.org", "vpn.ex.org.", true)]
    [InlineData("vpn.ex.org", "vpn.ex.com", false)]
    [InlineData("ex.org", "vpn.ex.org", false)]
    [InlineData("*.ex.org", "a.ex.org", true)]
    [InlineData("*.EX.org", "a.ex.ORG", true)]
    [InlineData("*.ex.org", "a.b.ex.org", false)]
    [InlineData("*.ex.org", "ex.org", false)]
    [InlineData("*.ex.org", ".ex.org", false)]
    [InlineData("*.ex.org", "xn--mnchen-3ya.ex.org", true)]
    [InlineData("a*.ex.org", "ab.ex.org", false)]
    [InlineData("*a.ex.org", "ba.ex.org", false)]
    [InlineData("x.*.org", "x.ex.org", false)]
    [InlineData("*.*.org", "x.ex.org", false)]
    [InlineData("*.org", "ex.org", false)]
    [InlineData("*", "localhost", false)]
    [InlineData("*.", "localhost", false)]
    [InlineData("", "", false)]
    [InlineData(".", ".", false)]
    [InlineData("vpn.ex.org\0.evil.org", "vpn.ex.org", false)]
    [InlineData("vpn.ex.org ", "vpn.ex.org", false)]
    public void S019_Patterns(string pattern, string wanted, bool expected) => Assert.Equal(expected, NameMatcher.MatchesDns(pattern, wanted));

    [Fact]
    public void CommonName_CountsOnlyWithoutAnySubjectAltName()
    {
        using X509Certificate2 commonNameOnly = TestPki.MakeServer(null, "CN=vpn.ex.org, O=Someone");
        Assert.True(NameMatcher.Matches(commonNameOnly, "vpn.ex.org"));
        using X509Certificate2 withOther = TestPki.MakeServer(null, "CN=vpn.ex.org", dns: ["other.ex.org"]);
        Assert.False(NameMatcher.Matches(withOther, "vpn.ex.org"));
        Assert.True(NameMatcher.Matches(withOther, "other.ex.org"));
        using X509Certificate2 withAddress = TestPki.MakeServer(null, "CN=vpn.ex.org", addresses: [IPAddress.Loopback]);
        Assert.False(NameMatcher.Matches(withAddress, "vpn.ex.org"));
    }

    [Fact]
    public void MalformedSubjectAltName_MatchesNothing()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=vpn.ex.org", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", [0x30, 0x7F, 0x82, 0x01], false));
        using X509Certificate2 certificate = request.CreateSelfSigned(TestPki.Now, TestPki.Now.AddDays(1));
        Assert.False(NameMatcher.Matches(certificate, "vpn.ex.org"));
    }

    [Theory]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:0db8:0:0::0001", true)]
    [InlineData("192.0.2.7", true)]
    [InlineData("192.0.2.8", false)]
    [InlineData("10.0.0.1", false)]
    public void S020_Addresses(string wanted, bool expected)
    {
        using X509Certificate2 certificate = TestPki.MakeServer(
            null, "CN=10.0.0.1", dns: ["10.0.0.1", "192.0.2.8"], addresses: [IPAddress.Parse("2001:db8::1"), IPAddress.Parse("192.0.2.7")]);
        Assert.Equal(expected, NameMatcher.Matches(certificate, wanted));
    }

    [Fact]
    public void Names_AreListedPrintable_AndNotWithoutEnd()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(null, dns: Enumerable.Range(0, 500).Select(i => $"host{i}.{new string('a', 60)}.ex.org").ToArray());
        string text = NameMatcher.ReadNames(certificate).ToString();
        Assert.Contains("and 492 more", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 100, 1000);
    }
}
