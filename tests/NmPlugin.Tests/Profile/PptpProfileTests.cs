using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Session;
using static NmPlugin.Tests.Support.Profiles;

namespace NmPlugin.Tests.Profile;

/// <summary>PPTP profiles: connection-keys 1.1, 1.2, 1.5, 1.8 and the cases P01 to P34 as far as they concern reading.</summary>
public sealed class PptpProfileTests
{
    private static PppOptions Ppp(params (string Key, string? Value)[] changes) => ReadPptp(Pptp(changes)).Tunnel.Ppp;

    private static Failure Refused(ConnectionSettings connection) => Assert.Throws<TunnelException>(() => ReadPptp(connection)).Failure;

    private static Failure Refused(params (string Key, string? Value)[] changes) => Refused(Pptp(changes));

    [Fact]
    public void P01_BaseProfile()
    {
        VpnProfile profile = ReadPptp(Pptp());
        TunnelOptions tunnel = profile.Tunnel;
        Assert.Equal(TunnelProtocol.Pptp, tunnel.Protocol);
        Assert.Equal(new ServerEndpoint("10.1.2.3", 1723), tunnel.Server);
        Assert.Equal(("bob", null, "10.1.2.3"), (tunnel.Ppp.User, tunnel.Ppp.Domain, tunnel.Ppp.RemoteName));
        Assert.Equal("pw"u8.ToArray(), tunnel.Ppp.Password!.Utf8.ToArray());
        Assert.Equal("nm-pptp-service-4711", tunnel.Ppp.IpParam);
        Assert.Equal((true, Ip4Request.Auto, Ip6Request.Default), (tunnel.Ppp.RequestDns, tunnel.Ppp.Ip4, tunnel.Ppp.Ip6));
        Assert.Equal((AuthenticationMethods.None, MppeRequirement.None, false), (tunnel.Ppp.Refused, tunnel.Ppp.Mppe, tunnel.Ppp.MppeStateful));
        Assert.Equal((1400, null), (tunnel.Ppp.Mtu, tunnel.Ppp.Unit));
        Assert.Empty(profile.Warnings);
    }

    [Theory]
    [InlineData(null, PptpDataPath.Auto)]
    [InlineData("", PptpDataPath.Auto)]
    [InlineData("auto", PptpDataPath.Auto)]
    [InlineData("kernel", PptpDataPath.Kernel)]
    [InlineData("user", PptpDataPath.User)]
    public void P11_DataPath(string? value, PptpDataPath expected) =>
        Assert.Equal(expected, ReadPptp(Pptp(("data-path", value))).Tunnel.Pptp.DataPath);

    [Fact]
    public void P11_DataPath_IsNotGuessed()
    {
        Failure failure = Refused(("data-path", "Kernel"));
        Assert.Equal(Cause.BadKey, failure.Cause);
        Assert.Matches("^'data-path' .*must be one of auto, kernel, user$", failure.Detail);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("vpn-1.example.org")]
    [InlineData("255.255.255.255")]
    public void P02_NameOrAddress(string gateway)
    {
        TunnelOptions tunnel = ReadPptp(Pptp(("gateway", gateway))).Tunnel;
        Assert.Equal((new ServerEndpoint(gateway, 1723), gateway), (tunnel.Server, tunnel.Ppp.RemoteName));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void P03_NoGateway(string? gateway) => Assert.Equal(new Failure(Cause.MissingKey, "'gateway' in vpn.data"), Refused(("gateway", gateway)));

    [Theory]
    [InlineData("a_b", "letters, digits, '-' and '.'")]
    [InlineData("10.1.2.3:1723", "must not have a port: PPTP always uses port 1723")]
    [InlineData("vpn.example.org:443", "must not have a port")]
    [InlineData("vpn.example.org:", "must not have a port")]
    [InlineData("a:b:c", "must not have a port")]
    [InlineData("10.1", "not a complete IPv4 address")]
    [InlineData("999.1.1.1", "not a complete IPv4 address")]
    [InlineData("010.1.2.3", "not a complete IPv4 address")]
    [InlineData("0x7f000001", "not a complete IPv4 address")]
    [InlineData("::1", "is an IPv6 address, and there is no PPTP over IPv6")]
    [InlineData("2001:db8::1", "there is no PPTP over IPv6")]
    [InlineData("[2001:db8::1]", "there is no PPTP over IPv6")]
    [InlineData("[2001:db8::1]:1723", "must not have a port")]
    [InlineData("fe80::1%eth0", "there is no PPTP over IPv6")]
    [InlineData("--nolaunchpppd", "must not begin with '-'")]
    [InlineData("10.1.2.3; reboot", "letters, digits")]
    [InlineData("$(id)", "letters, digits")]
    [InlineData("a\nb", "letters, digits")]
    [InlineData("a b", "letters, digits")]
    [InlineData("https://vpn.example.org", "not a URL")]
    [InlineData("vpn.exämple.org", "letters, digits")]
    public void P04_P05_L15_BadGateway(string gateway, string complaint)
    {
        Failure failure = Refused(("gateway", gateway));
        Assert.Equal(Cause.BadKey, failure.Cause);
        Assert.StartsWith("'gateway' ", failure.Detail, StringComparison.Ordinal);
        Assert.Contains(complaint, failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Sentence, char.IsControl);
    }

    [Theory]
    [InlineData("foo", "there is nothing like it")]
    [InlineData("require-mpe", "did you mean 'require-mppe'?")]
    [InlineData("refuse-mschap-v2", "did you mean 'refuse-mschapv2'?")]
    [InlineData("connection-type", "nothing like it")]
    [InlineData("ca-cert", "")]
    [InlineData("ignore-cert-warn", "")]
    [InlineData("proxy-server", "")]
    [InlineData("proxy-password", "")]
    [InlineData("tls-user-key", "")]
    [InlineData("uuid", "")]
    public void P07_UnknownKeyAndKeysOfTheOtherProtocol(string key, string hint)
    {
        Failure failure = Refused((key, "yes"));
        Assert.Equal(Cause.UnknownKey, failure.Cause);
        Assert.StartsWith($"'{key}' in vpn.data (", failure.Detail, StringComparison.Ordinal);
        Assert.Contains(hint, failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P08", "require-mppe", "YES")]
    [InlineData("P08", "require-mppe", "1")]
    [InlineData("P08", "require-mppe", "")]
    [InlineData("P08", "require-mppe-40", "y")]
    [InlineData("P08", "require-mppe-128", "")]
    [InlineData("P08", "mppe-stateful", "on")]
    [InlineData("P10", "lcp-echo-interval", "abc")]
    [InlineData("P11", "lcp-echo-interval", "99999999999999999999")]
    [InlineData("P12", "lcp-echo-interval", "30s")]
    [InlineData("P12", "lcp-echo-failure", "-5")]
    [InlineData("P29", "unit", "-1")]
    [InlineData("P29", "unit", "65536")]
    [InlineData("-", "user", "bob\nplugin evil.so")]
    public void P08_P10_P11_P12_P29_BadValue(string row, string key, string value)
    {
        Failure failure = Refused((key, value));
        Assert.Equal((row, Cause.BadKey), (row, failure.Cause));
        Assert.StartsWith($"'{key}' ", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("require-mppe", "yes", MppeRequirement.Any)]
    [InlineData("require-mppe", "true", MppeRequirement.Any)]
    [InlineData("require-mppe", "no", MppeRequirement.None)]
    [InlineData("require-mppe-40", "yes", MppeRequirement.Bits40)]
    [InlineData("require-mppe-128", "yes", MppeRequirement.Bits128)]
    public void P09_P25_Mppe(string key, string value, MppeRequirement mppe)
    {
        Assert.Equal((mppe, false), (Ppp((key, value)).Mppe, Ppp((key, value)).MppeStateful));
    }

    [Fact]
    public void P24_P25_P26_MppeTogether()
    {
        PppOptions all = Ppp(("require-mppe", "yes"), ("require-mppe-40", "yes"), ("require-mppe-128", "yes"), ("mppe-stateful", "yes"));
        Assert.Equal((MppeRequirement.Any | MppeRequirement.Bits40 | MppeRequirement.Bits128, true), (all.Mppe, all.MppeStateful));
        PppOptions alone = Ppp(("mppe-stateful", "yes"));
        Assert.Equal((MppeRequirement.None, true), (alone.Mppe, alone.MppeStateful));
    }

    [Fact]
    public void P13_EmptyNumbersAreAbsent()
    {
        PppOptions ppp = Ppp(("lcp-echo-interval", ""), ("lcp-echo-failure", ""), ("unit", ""), ("mtu", ""));
        Assert.Equal((10, 3, null, 1400), (ppp.LcpEchoInterval, ppp.LcpEchoFailure, ppp.Unit, ppp.Mtu));
    }

    [Fact]
    public void P14_P28_Numbers()
    {
        PppOptions ppp = Ppp(("lcp-echo-failure", "5"), ("lcp-echo-interval", "30"), ("unit", "3"), ("mtu", "1300"));
        Assert.Equal((5, 30, 3, 1300), (ppp.LcpEchoFailure, ppp.LcpEchoInterval, ppp.Unit, ppp.Mtu));
        PppOptions off = Ppp(("lcp-echo-failure", "0"), ("lcp-echo-interval", "0"), ("unit", "0"));
        Assert.Equal((0, 0, 0), (off.LcpEchoFailure, off.LcpEchoInterval, off.Unit));
    }

    [Fact]
    public void P15_P17_NoPassword()
    {
        ConnectionSettings none = Pptp() with { Secrets = new Dictionary<string, string>() };
        Assert.Equal(Cause.NoPassword, Refused(none).Cause);
        Assert.Equal(Cause.NoPassword, Refused(none with { Secrets = new Dictionary<string, string> { ["password"] = "" } }).Cause);
        Assert.Null(ReadPptp(Pptp(("password-flags", "4")) with { Secrets = new Dictionary<string, string>() }).Tunnel.Ppp.Password);
    }

    [Fact]
    public void P16_UnknownSecretIsRefusedWithoutItsValue()
    {
        Failure failure = Refused(Pptp() with { Secrets = new Dictionary<string, string> { ["password"] = "pw", ["foo"] = "s3cret" } });
        Assert.Equal(Cause.UnknownKey, failure.Cause);
        Assert.DoesNotContain("s3cret", failure.Sentence, StringComparison.Ordinal);
        Assert.Equal(
            Cause.UnknownKey, Refused(Pptp() with { Secrets = new Dictionary<string, string> { ["password"] = "pw", ["proxy-password"] = "x" } }).Cause);
    }

    [Fact]
    public void P18_NoUser() => Assert.Equal(Cause.MissingKey, Refused(("user", null)).Cause);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void P19_UserNameStandsInForUser(string? user) =>
        Assert.Equal("carol", ReadPptp(Pptp(("user", user)) with { UserName = "carol" }).Tunnel.Ppp.User);

    [Theory]
    [InlineData("bob", "CORP")]
    [InlineData(@"CORP\bob", null)]
    [InlineData("bø b", null)]
    [InlineData("-bob;$(id)", null)]
    public void P20_P21_P22_UserAndDomainPassUnchanged(string user, string? domain)
    {
        PppOptions ppp = Ppp(("user", user), ("domain", domain));
        Assert.Equal((user, domain), (ppp.User, ppp.Domain));
    }

    [Theory]
    [InlineData("refuse-eap", AuthenticationMethods.Eap)]
    [InlineData("refuse-pap", AuthenticationMethods.Pap)]
    [InlineData("refuse-chap", AuthenticationMethods.Chap)]
    [InlineData("refuse-mschap", AuthenticationMethods.MsChap)]
    [InlineData("refuse-mschapv2", AuthenticationMethods.MsChapV2)]
    public void P23_EachRefusal(string key, AuthenticationMethods method)
    {
        Assert.Equal(method, Ppp((key, "yes")).Refused);
        Assert.Equal(AuthenticationMethods.None, Ppp((key, "no")).Refused);
    }

    [Fact]
    public void P27_Compression()
    {
        PppOptions ppp = Ppp(("nobsdcomp", "yes"), ("nodeflate", "yes"), ("no-vj-comp", "yes"));
        Assert.True(ppp.NoBsdCompression && ppp.NoDeflate && ppp.NoVjCompression);
    }

    [Fact]
    public void P30_NameIsIgnored()
    {
        ConnectionSettings connection = Pptp(("name", "x")) with { Secrets = new Dictionary<string, string> { ["password"] = "pw", ["name"] = "y" } };
        Assert.Empty(ReadPptp(connection).Warnings);
    }

    [Theory]
    [InlineData("disabled", false)]
    [InlineData("manual", false)]
    [InlineData("auto", true)]
    public void P33_Ip4SettingsAreNetworkManagersOwn(string method, bool ignoreDns)
    {
        var address = System.Net.IPAddress.Parse("10.9.0.5");
        var settings = new Ip4Settings(method, IgnoreAutoDns: ignoreDns, Address: address, Prefix: 24, Gateway: System.Net.IPAddress.Parse("10.9.0.1"));
        PppOptions ppp = ReadPptp(Pptp() with { Ip4 = settings }).Tunnel.Ppp;
        Assert.Equal((Ip4Request.Auto, true), (ppp.Ip4, ppp.RequestDns));
        Assert.True(ReadPptp(Pptp() with { Ip4 = null, Ip6 = null }).Tunnel.Ppp.RequestDns);
    }

    [Theory]
    [InlineData("auto", Ip6Request.Default)]
    [InlineData("manual", Ip6Request.Default)]
    [InlineData("disabled", Ip6Request.Disabled)]
    [InlineData("ignore", Ip6Request.Disabled)]
    [InlineData("link-local", Ip6Request.Disabled)]
    public void Ip6IsLeftToPppdUnlessTheProfileWantsNone(string method, Ip6Request request) =>
        Assert.Equal(request, ReadPptp(Pptp() with { Ip6 = new Ip6Settings(method) }).Tunnel.Ppp.Ip6);

    [Theory]
    [InlineData(60u, 15, 20)]
    [InlineData(120u, 120, 120)]
    public void T38_VpnTimeout(uint timeout, int start, int call)
    {
        TunnelOptions tunnel = ReadPptp(Pptp() with { Timeout = timeout }).Tunnel;
        Assert.Equal((TimeSpan.FromSeconds(start), TimeSpan.FromSeconds(call)), (tunnel.Pptp.Timeouts.StartReply, tunnel.Pptp.Timeouts.CallReply));
    }

    public static TheoryData<string, string> Golden => new()
    {
        { "GNOME, gateway only", "gateway=10.1.2.3 password-flags=2" },
        { "GNOME, user, agent", "gateway=vpn.example.org user=bob domain=CORP password-flags=1" },
        { "GNOME, always ask", "gateway=vpn.example.org user=bob password-flags=2" },
        { "GNOME, MPPE", "gateway=vpn.example.org user=bob password-flags=0 require-mppe=yes" },
        {
            "GNOME, everything",
            "gateway=vpn.example.org user=bob password-flags=0 refuse-eap=yes refuse-pap=yes refuse-chap=yes refuse-mschap=yes require-mppe-128=yes "
            + "mppe-stateful=yes nobsdcomp=yes nodeflate=yes no-vj-comp=yes lcp-echo-failure=5 lcp-echo-interval=30 unit=7"
        },
        { "KDE", "gateway=vpn.example.org user= domain=CORP password-flags=1 require-mppe-40=yes lcp-echo-failure=5 lcp-echo-interval=30 refuse-pap=yes" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void A11_Connects(string name, string data)
    {
        Dictionary<string, string> keys = data.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        VpnProfile profile = ReadPptp(With(keys) with { UserName = "carol" });
        Assert.Equal((name, keys["gateway"]), (name, profile.Tunnel.Server.Host));
        Assert.Equal(keys.GetValueOrDefault("user") is { Length: > 0 } user ? user : "carol", profile.Tunnel.Ppp.User);
        Assert.Empty(profile.Warnings);
    }

    [Fact]
    public void EveryKeyOfTheC_ServiceIsKnown()
    {
        string[] keys =
        [
            "gateway", "user", "domain", "password-flags", "refuse-eap", "refuse-pap", "refuse-chap", "refuse-mschap", "refuse-mschapv2", "require-mppe",
            "require-mppe-40", "require-mppe-128", "mppe-stateful", "nobsdcomp", "nodeflate", "no-vj-comp", "lcp-echo-failure", "lcp-echo-interval", "unit",
            "name",
        ];
        Assert.All(keys, key => Assert.True(ProfileKeys.Pptp.Find(key)!.Place.HasFlag(KeyPlace.Data), key));
        Assert.True(ProfileKeys.Pptp.Find("password")!.Place.HasFlag(KeyPlace.Secrets));
    }
}
