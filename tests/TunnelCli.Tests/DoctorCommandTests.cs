using System.Text.Json;
using TestServers;
using TestServers.Proxy;
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
        Assert.Contains("ok    route         127.0.0.1 is reached from 127.0.0.1 through lo", text, StringComparison.Ordinal);
        Assert.Contains("ok    TCP           127.0.0.1:", text, StringComparison.Ordinal);
        Assert.Contains("ok    TLS           TLS 1.3, TLS_AES_", text, StringComparison.Ordinal);
        Assert.Contains("certificate for \"127.0.0.1\"", text, StringComparison.Ordinal);
        Assert.Contains("ok    SSTP          the server takes SSTP calls", text, StringComparison.Ordinal);
        string[] order = ["name ", "route", "TCP", "TLS", "SSTP"];
        int[] places = [.. order.Select(step => text.IndexOf($"ok    {step}", StringComparison.Ordinal))];
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task Pin_FromTheReport_IsTaken_AndAnotherIsRefused()
    {
        (int status, string text) = await LookAsync("ack-then-silent", "--pin", string.Concat(Enumerable.Repeat("00", 32)));
        Assert.Equal(254, status);
        Assert.Contains("[certificate.pin]", text, StringComparison.Ordinal);
        using var certificate = _authority.Issue(["elsewhere.example.org"]);
        string pin = TunnelCore.Net.CertificatePin.Of(certificate).ToString();
        await using ScriptedSstpServer server = new(_ => Behaviours.All["ack-then-silent"](), certificate);
        (int _, text) = await RunAsync(["sstp", $"127.0.0.1:{server.Port}", "--pin", pin]);
        Assert.Contains($"SHA-256 fingerprint {pin}", text, StringComparison.Ordinal);
        Assert.Contains("ok    SSTP", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Proxy_HasAStepOfItsOwn_AndAsksForItsPassword()
    {
        using var certificate = _authority.Issue(["vpn.example.org"]);
        await using ScriptedSstpServer server = new(_ => Behaviours.All["ack-then-silent"](), certificate);
        await using HttpProxy proxy = new() { Login = WantedLogin.Basic, Users = new Dictionary<string, string> { ["bob"] = "pr0xy" }, Target = server.Endpoint };
        string[] arguments = ["sstp", "vpn.example.org", "--ca-cert", _caFile, "--proxy", $"127.0.0.1:{proxy.Endpoint.Port}", "--proxy-user", "bob"];
        (int _, string text) = await RunAsync(arguments, "pr0xy");
        Assert.Contains("connects to vpn.example.org:443", text, StringComparison.Ordinal);
        Assert.Contains("ok    SSTP", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pr0xy", text, StringComparison.Ordinal);
        (int status, text) = await RunAsync(arguments, "wrong");
        Assert.Equal(255, status);
        Assert.Contains("FAIL  proxy", text, StringComparison.Ordinal);
        Assert.Contains("[proxy.login]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("TLS ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_IsOneObjectPerLine()
    {
        (int status, string text) = await LookAsync("http-404", "--json", "--ca-cert", _caFile);
        Assert.Equal(255, status);
        JsonElement[] lines = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Contains(lines, line => line.GetProperty("step").GetString() == "TLS" && line.GetProperty("result").GetString() == "ok");
        JsonElement last = lines[^1];
        Assert.Equal(("SSTP", "fail", "http.not-found", 255),
            (last.GetProperty("step").GetString(), last.GetProperty("result").GetString(), last.GetProperty("code").GetString(), last.GetProperty("exitStatus").GetInt32()));
    }

    [Fact]
    public async Task Login_WithoutATerminal_IsLeftOutWithAWord()
    {
        (int _, string text) = await LookAsync("ack-then-silent", "--user", "bob", "--ca-cert", _caFile);
        Assert.Contains("warn  profile       the login is left out", text, StringComparison.Ordinal);
        Assert.DoesNotContain("  login  ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PptpServerThatIsNotThere_EndsAtTcp()
    {
        (int status, string text) = await RunAsync(["pptp", "127.0.0.1:1"]);
        Assert.Equal(255, status);
        Assert.Contains("FAIL  TCP", text, StringComparison.Ordinal);
        Assert.Contains("kernel MPPE", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_IsReadAsTheServiceReadsIt()
    {
        using var certificate = _authority.Issue(["127.0.0.1"]);
        await using ScriptedSstpServer server = new(_ => Behaviours.All["ack-then-silent"](), certificate);
        string nmcli = $"connection.id:work\nconnection.uuid:6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11\nconnection.permissions:\nvpn.service-type:org.freedesktop.NetworkManager.sstp\n"
            + $"vpn.user-name:\nvpn.data:ca-cert = {_caFile}, gateway = 127.0.0.1:{server.Port}, user = bob, password-flags = 1\nvpn.timeout:0\nipv4.method:auto\n";
        (int _, string text) = await RunAsync(["work"], null, nmcli);
        Assert.Contains($"ok    profile       work: sstp to 127.0.0.1:{server.Port}", text, StringComparison.Ordinal);
        Assert.Contains($"ok    file          {_caFile} can be read", text, StringComparison.Ordinal);
        Assert.Contains("ok    SSTP", text, StringComparison.Ordinal);
        (int status, text) = await RunAsync(["work"], null, nmcli.Replace("user = bob", "usre = bob", StringComparison.Ordinal));
        Assert.Equal(255, status);
        Assert.Contains("did you mean 'user'?", text, StringComparison.Ordinal);
        (_, text) = await RunAsync(["work"], null, nmcli.Replace("NetworkManager.sstp", "NetworkManager.openvpn", StringComparison.Ordinal));
        Assert.Contains("[profile.not-supported]", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a = b, c = d", "a=b|c=d")]
    [InlineData("a = b\\, c, d = e=f", "a=b, c|d=e=f")]
    [InlineData("a = x\\\\y", "a=x\\y")]
    [InlineData("", "")]
    [InlineData("junk, a = ", "a=")]
    public void VpnData_IsReadAsNmcliPrintsIt(string text, string wanted) =>
        Assert.Equal(wanted, string.Join('|', NmcliProfile.ReadOptions(text).Select(pair => $"{pair.Key}={pair.Value}")));

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
        Assert.Equal(2, await new DoctorCommand(output, errors, new ScriptedPrompt(null), NoNmcli).ExecuteAsync(["sstp"]));
        Assert.StartsWith("vpn-doctor: a profile, or a protocol (sstp, pptp)", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains("usage:", errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(output.ToString());
    }

    private async Task<(int Status, string Text)> LookAsync(string behaviour, params string[] options)
    {
        using var certificate = _authority.Issue(["127.0.0.1"]);
        await using ScriptedSstpServer server = new(_ => Behaviours.All[behaviour](), certificate);
        return await RunAsync(["sstp", $"127.0.0.1:{server.Port}", .. options]);
    }

    private static async Task<(int Status, string Text)> RunAsync(string[] arguments, string? password = null, string? nmcli = null)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        Func<string, CancellationToken, Task<string>> ask = nmcli is null ? NoNmcli : (_, _) => Task.FromResult(nmcli);
        int status = await new DoctorCommand(output, errors, new ScriptedPrompt(password), ask).ExecuteAsync(arguments);
        return (status, output.ToString());
    }

    private static Task<string> NoNmcli(string name, CancellationToken cancellation) => throw new InvalidOperationException("nmcli is not asked here");

    private sealed class ScriptedPrompt(string? answer) : IPasswordPrompt
    {
        public string? Ask(string question) => answer;
    }
}
