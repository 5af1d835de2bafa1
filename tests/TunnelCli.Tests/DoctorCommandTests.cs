using TestServers;
using TestServers.Scripted;
using TunnelCli.Doctor;

namespace TunnelCli.Tests;

/// <summary>vpn-doctor against real TLS servers that misbehave in a known way.</summary>
public sealed class DoctorCommandTests : IDisposable
{
    private readonly TestCertificates _authority = new("Doctor CA");
    private readonly string _caFile = Path.GetTempFileName();

    public DoctorCommandTests() => File.WriteAllText(_caFile, _authority.AuthorityPem);

    public void Dispose()
    {
        File.Delete(_caFile);
        _authority.Dispose();
    }

    [Fact]
    public async Task GoodServer_EveryServerStepIsOk()
    {
        (int _, string text) = await LookAsync("ack-then-silent", "--ca-cert", _caFile);
        Assert.Contains("ok    name", text, StringComparison.Ordinal);
        Assert.Contains("ok    TLS", text, StringComparison.Ordinal);
        Assert.Contains("ok    SSTP          the server takes SSTP calls", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UntrustedCertificate_EndsTheWalkAtTls_WithStatus254()
    {
        (int status, string text) = await LookAsync("ack-then-silent");
        Assert.Equal(254, status);
        Assert.Contains("FAIL  TLS", text, StringComparison.Ordinal);
        Assert.Contains("[certificate.unknown-issuer]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SSTP  ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CertWarn_GoesOnInSpiteOfTheCertificate()
    {
        (int _, string text) = await LookAsync("ack-then-silent", "--cert-warn");
        Assert.Contains("ok    SSTP", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http-404", "[http.not-found]")]
    [InlineData("http-401", "[http.authentication]")]
    [InlineData("abort-instead-of-ack", "[sstp.aborted]")]
    [InlineData("http-garbage", "[http.garbage]")]
    public async Task BrokenServer_IsSaidInItsSentence(string behaviour, string code)
    {
        (int status, string text) = await LookAsync(behaviour, "--ca-cert", _caFile);
        Assert.Equal(255, status);
        Assert.Contains("FAIL  SSTP", text, StringComparison.Ordinal);
        Assert.Contains(code, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WrongCommandLine_ShowsTheUsage_WithStatus2()
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        Assert.Equal(2, await new DoctorCommand(output, errors).ExecuteAsync(["sstp"]));
        Assert.StartsWith("vpn-doctor: the protocol (sstp)", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("usage:", errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    private async Task<(int Status, string Text)> LookAsync(string behaviour, params string[] options)
    {
        using var certificate = _authority.Issue(["127.0.0.1"]);
        await using ScriptedSstpServer server = new(_ => Behaviours.All[behaviour](), certificate);
        using StringWriter output = new();
        using StringWriter errors = new();
        int status = await new DoctorCommand(output, errors).ExecuteAsync(["sstp", $"127.0.0.1:{server.Port}", .. options]);
        return (status, output.ToString());
    }
}
