using System.Security.Cryptography.X509Certificates;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

public sealed class CertificatePinTests
{
    private const string Hex = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";

    [Fact]
    public async Task PinnedSelfSignedCertificate_OfAnotherName_AndExpired_Connects()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(
            null, "CN=router", dns: ["other.example.org"], from: TestPki.Now.AddDays(-9), until: TestPki.Now.AddDays(-8));
        using TlsTestServer server = new(certificate);
        CapturingLogger log = new();
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name), Pinned(CertificatePin.Of(certificate)), log);
        Assert.Contains(log.Lines, line => line.Text.Contains(CertificatePin.Of(certificate).ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task AnyOfSeveralPins_Connects()
    {
        using TlsTestServer server = new(TestPki.Good);
        Assert.True(CertificatePin.TryParse(Hex, out CertificatePin? other));
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name), Pinned(other, CertificatePin.Of(TestPki.Good)));
    }

    /// <summary>Even a certificate that would be good without the pin, and in spite of ignore-cert-warn, which editors have set unasked.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnotherCertificate_IsRefused_AndBothFingerprintsAreNamed(bool ignore)
    {
        using TlsTestServer server = new(TestPki.Good);
        Assert.True(CertificatePin.TryParse(Hex, out CertificatePin? other));
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name), Pinned(other) with { IgnoreCertificateErrors = ignore });
        Assert.Equal((Cause.CertificatePin, 254), (failure.Cause, failure.Info.ExitStatus));
        Assert.Contains(CertificatePin.Of(TestPki.Good).ToString(), failure.Detail, StringComparison.Ordinal);
        Assert.Contains("00:11:22", failure.Detail, StringComparison.Ordinal);
    }

    /// <summary>What the error prints is what the pin takes.</summary>
    [Fact]
    public async Task ErrorPrintsTheFingerprint_ThatPins()
    {
        using X509Certificate2 issuer = TestPki.MakeAuthority("CN=Private", null);
        using X509Certificate2 certificate = TestPki.MakeServer(issuer, dns: ["elsewhere.example.org"]);
        using TlsTestServer server = new(certificate);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.CertificateUnknownIssuer, failure.Cause);
        Assert.Contains("server-certificate-pin", failure.Sentence, StringComparison.Ordinal);
        Assert.True(CertificatePin.TryParse(failure.Detail[^95..], out CertificatePin? pin));
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name), Pinned(pin));
    }

    [Theory]
    [InlineData(Hex)]
    [InlineData("00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff")]
    [InlineData(" sha256:00112233 44556677 8899AABB CCDDEEFF 00112233 44556677 8899AABB CCDDEEFF ")]
    public void ReadsWhatToolsPrint(string text)
    {
        Assert.True(CertificatePin.TryParse(text, out CertificatePin? pin));
        Assert.Equal(Hex, pin.Hex);
        Assert.True(CertificatePin.TryParse(pin.ToString(), out CertificatePin? again));
        Assert.Equal(pin, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00112233")]
    [InlineData(Hex + "00")]
    [InlineData("G0112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")]
    [InlineData("0:0112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")]
    [InlineData("00::112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")]
    [InlineData("sha1:00112233445566778899AABBCCDDEEFF00112233")]
    [InlineData("٠٠112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF")]
    public void RefusesAnythingElse(string text) => Assert.False(CertificatePin.TryParse(text, out _));

    private static TlsOptions Pinned(params CertificatePin[] pins) => new() { Pins = pins };
}
