using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using TestServers.Proxy;
using TestServers.Scripted;

namespace TunnelCli.Tests.Sstpc;

/// <summary>What sstpc's options do to the connection, the log and the process.</summary>
public sealed class SstpcEffectTests
{
    [Fact]
    [Shows("sstpc", "ca-cert", "ca-path")]
    public async Task Authority_FromAFileOrADirectory_IsTrusted_AndOtherwiseNot()
    {
        foreach ((string? option, int status) in new (string?, int)[] { (null, 254), ("--ca-cert", 255), ("--ca-path", 255) })
        {
            await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify()) { NamesAuthority = false };
            string directory = Directory.CreateDirectory(rig.InDirectory("authorities")).FullName;
            File.Copy(rig.CaFile, Path.Combine(directory, "one.pem"));
            string[] words = option switch { null => [], "--ca-cert" => [option, rig.CaFile], _ => [option, directory] };
            Assert.Equal(status, await rig.RunAsync(words));
            Assert.Equal(status == 255, rig.Log.Contains("[connection.closed]", StringComparison.Ordinal));
        }
    }

    /// <summary>Case 24.</summary>
    [Theory]
    [Shows("sstpc", "crl-file", "crl-path")]
    [InlineData("--crl-file", true)]
    [InlineData("--crl-file", false)]
    [InlineData("--crl-path", true)]
    [InlineData("--crl-path", false)]
    public async Task RevokedCertificate_IsRefused_AndOneThatIsNot_IsNot(string option, bool isRevoked)
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify());
        string directory = Directory.CreateDirectory(rig.InDirectory("lists")).FullName;
        string list = Path.Combine(directory, "list.pem");
        await File.WriteAllTextAsync(list, RevocationList(rig.Authority.Authority, isRevoked ? rig.Certificate : null));
        Assert.Equal(isRevoked ? 254 : 255, await rig.RunAsync(option, option == "--crl-file" ? list : directory));
        Assert.Contains(isRevoked ? "[certificate.revoked]" : "[connection.closed]", rig.Log, StringComparison.Ordinal);
    }

    [Fact]
    [Shows("sstpc", "port")]
    public async Task Port_IsTaken_WhereTheServerNamesNone()
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify()) { Typed = "127.0.0.1" };
        Assert.Equal(255, await rig.RunAsync("--port", rig.Server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Null((await rig.Server.FinishedAsync(TimeSpan.FromSeconds(20))).Error);
    }

    [Fact]
    [Shows("sstpc", "proxy")]
    public async Task Proxy_IsGone_Through_WithItsLogin()
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify());
        await using HttpProxy proxy = new() { Login = WantedLogin.Basic, Users = new Dictionary<string, string> { ["bob"] = "pr0:xy@" }, Target = rig.Server.Endpoint };
        Assert.Equal(255, await rig.RunAsync("--proxy", $"http://bob:pr0%3Axy%40@{proxy.Endpoint}"));
        Assert.Null((await rig.Server.FinishedAsync(TimeSpan.FromSeconds(20))).Error);
        Assert.Equal(2, proxy.Requests.Count);
        Assert.DoesNotContain("pr0", rig.Log, StringComparison.Ordinal);
    }

    /// <summary>--tls-ext changes nothing: the name is sent with it and without.</summary>
    [Theory]
    [Shows("sstpc", "tls-ext", "debug")]
    [InlineData("--tls-ext")]
    [InlineData("--debug")]
    [InlineData()]
    public async Task NameInTls_IsSent(params string[] options)
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify());
        Assert.Equal(255, await rig.RunAsync([.. options, "--host", "vpn.example.org", "--cert-warn"]));
        string? name = null;
        await using SstpcRig other = new(new SstpScript().Tls().Do("name", connection => name = connection.ServerName).ReadHttp().CloseNotify());
        Assert.Equal(255, await other.RunAsync([.. options, "--host", "vpn.example.org", "--cert-warn"]));
        Assert.Equal("vpn.example.org", name);
    }

    [Fact]
    [Shows("sstpc", "log-syslog")]
    public async Task LogSyslog_WritesToThatSocket_WithSeverities()
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify());
        string path = rig.InDirectory("syslog");
        using Socket log = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        log.Bind(new UnixDomainSocketEndPoint(path));
        Assert.Equal(255, await rig.RunAsync("--log-level", "2", "--log-syslog", path));
        StringBuilder said = new();
        byte[] line = new byte[8192];
        while (log.Poll(0, SelectMode.SelectRead))
        {
            said.Append(Encoding.UTF8.GetString(line, 0, log.Receive(line))).Append('\n');
        }

        Assert.True(Regex.IsMatch(said.ToString(), @"(?m)^<134>.* sstpc\[\d+\]: The server accepted the SSTP call"), said.ToString());
        Assert.True(Regex.IsMatch(said.ToString(), @"(?m)^<131>.* sstpc\[\d+\]: .*\[connection\.closed\]"), said.ToString());
    }

    [Theory]
    [Shows("sstpc", "log-stderr", "log-stdout")]
    [InlineData("--log-stderr")]
    [InlineData("--log-stdout")]
    public async Task LogStderrAndStdout_WriteThere(string option)
    {
        (int status, string output, string errors) = await ProgramProcess.RunAsync("sstpc", option, "--log-level", "2", "--nolaunchpppd", "--ipparam", "t" + Guid.NewGuid().ToString("N"), "127.0.0.1:1");
        Assert.Equal(255, status);
        const string Line = @"(?m)^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d sstpc\[\d+\]: ";
        Assert.Matches(Line, option == "--log-stderr" ? errors : output);
        Assert.DoesNotMatch(Line, option == "--log-stderr" ? output : errors);
    }

    [Fact]
    [Shows("sstpc", "help", "version")]
    public async Task HelpAndVersion_AreOnStandardOutput()
    {
        (int status, string output, string errors) = await ProgramProcess.RunAsync("sstpc", "--help");
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("--save-server-route", output, StringComparison.Ordinal);
        (status, output, errors) = await ProgramProcess.RunAsync("sstpc", "-v");
        Assert.Equal((0, ""), (status, errors));
        Assert.StartsWith("sstp-client version ", output, StringComparison.Ordinal);
    }

    private static string RevocationList(X509Certificate2 issuer, X509Certificate2? revoked)
    {
        CertificateRevocationListBuilder builder = new();
        if (revoked is not null)
        {
            builder.AddEntry(revoked);
        }

        DateTimeOffset now = DateTimeOffset.UtcNow.AddHours(-1);
        using ECDsa key = issuer.GetECDsaPrivateKey()!;
        byte[] list = builder.Build(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(key), 1, now.AddDays(7), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()), now);
        return PemEncoding.WriteString("X509 CRL", list);
    }
}
