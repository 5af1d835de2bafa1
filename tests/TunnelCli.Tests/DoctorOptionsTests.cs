using TunnelCli.Doctor;
using TunnelCore.Net;

namespace TunnelCli.Tests;

public sealed class DoctorOptionsTests
{
    [Fact]
    public void ServerWithEverything_IsUnderstood()
    {
        DoctorOptions? options = DoctorOptions.Parse(["sstp", "vpn.example.org:8443", "--ca-cert", "/tmp/ca.pem", "--host", "vpn", "--cert-warn"], out string? error);
        Assert.Null(error);
        Assert.Equal(new ServerEndpoint("vpn.example.org", 8443), options!.Server);
        Assert.Equal(new TlsOptions { CaFile = "/tmp/ca.pem", ExpectedName = "vpn", IgnoreCertificateErrors = true }, options.Tls);
    }

    [Fact]
    public void OptionsMayStandBeforeTheServer() =>
        Assert.Equal(new ServerEndpoint("2001:db8::1", 443), DoctorOptions.Parse(["--cert-warn", "sstp", "2001:db8::1"], out _)!.Server);

    [Theory]
    [InlineData("the protocol (sstp) and a server are wanted")]
    [InlineData("the protocol (sstp) and a server are wanted", "sstp")]
    [InlineData("the protocol (sstp) and a server are wanted", "l2tp", "host")]
    [InlineData("the protocol (sstp) and a server are wanted", "sstp", "a", "b")]
    [InlineData("unknown option: --frobnicate", "sstp", "host", "--frobnicate")]
    [InlineData("--ca-cert needs a value", "sstp", "host", "--ca-cert")]
    public void WrongCommandLines_AreRefusedWithTheReason(string reason, params string[] arguments)
    {
        Assert.Null(DoctorOptions.Parse(arguments, out string? error));
        Assert.Equal(reason, error);
    }

    [Theory]
    [InlineData("host:99999")]
    [InlineData("[::1")]
    [InlineData("")]
    public void S005_BadServer_IsRefusedBeforeAnyNetwork(string server)
    {
        Assert.Null(DoctorOptions.Parse(["sstp", server], out string? error));
        Assert.False(string.IsNullOrEmpty(error));
    }
}
