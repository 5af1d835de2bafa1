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
        Assert.Equal(("/tmp/ca.pem", "vpn", true), (options.Tls.CaFile, options.Tls.ExpectedName, options.Tls.IgnoreCertificateErrors));
    }

    [Fact]
    public void OptionsMayStandBeforeTheServer() =>
        Assert.Equal(new ServerEndpoint("2001:db8::1", 443), DoctorOptions.Parse(["--cert-warn", "sstp", "2001:db8::1"], out _)!.Server);

    [Theory]
    [InlineData("a profile, or a protocol (sstp, pptp) and a server are wanted")]
    [InlineData("a profile, or a protocol (sstp, pptp) and a server are wanted", "sstp")]
    [InlineData("a profile, or a protocol (sstp, pptp) and a server are wanted", "l2tp", "host")]
    [InlineData("a profile, or a protocol (sstp, pptp) and a server are wanted", "sstp", "a", "b")]
    [InlineData("unknown option: --frobnicate", "sstp", "host", "--frobnicate")]
    [InlineData("--ca-cert needs a value", "sstp", "host", "--ca-cert")]
    public void WrongCommandLines_AreRefusedWithTheReason(string reason, params string[] arguments)
    {
        Assert.Null(DoctorOptions.Parse(arguments, out string? error));
        Assert.Equal(reason, error);
    }

    [Fact]
    public void ProfileAndProtocols()
    {
        Assert.Equal("my vpn", DoctorOptions.Parse(["my vpn", "--json"], out _)!.Profile);
        DoctorOptions pptp = DoctorOptions.Parse(["pptp", "vpn.example.org", "--user", "bob"], out _)!;
        Assert.Equal((TunnelCore.Session.TunnelProtocol.Pptp, 1723, "bob", true), (pptp.Protocol, pptp.Server!.Port, pptp.User, pptp.Login));
        Assert.Null(DoctorOptions.Parse(["work", "--user", "bob"], out string? error));
        Assert.Contains("--login", error, StringComparison.Ordinal);
        Assert.Null(DoctorOptions.Parse(["sstp", "h", "--pin", "abc"], out error));
        Assert.Equal("--pin abc is not usable", error);
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
