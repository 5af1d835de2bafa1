using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Pppd;

namespace TunnelCore.Tests.Pppd;

public sealed class PppdOptionTableTests
{
    private static readonly PppOptions s_base = new()
    {
        User = "bob",
        RemoteName = "vpn.example.org",
        IpParam = "nm-sstp-service-7",
        Ip6 = Ip6Request.Wanted,
    };

    // What is ours on every line, whatever the profile says.
    private const string Head = "/dev/pts/9 ipparam nm-sstp-service-7 nodetach nolock local nocrtscts hide-password logfd 2 "
        + "receive-all lcp-restart 1 lcp-max-configure 30 ipcp-restart 1 ipcp-max-configure 30 ";

    private const string Tail = " lcp-echo-failure 0 lcp-echo-interval 0 plugin /p/nm-sstp-pppd-plugin.so nmvpn-socket /run/x/callback";
    private const string Who = "user bob remotename vpn.example.org mtu 1400";

    [Fact]
    public void S01_Base() =>
        Assert.Equal(Head + "usepeerdns noipdefault +ipv6 nodefaultroute nodefaultroute6 noauth " + Who + Tail, Line(s_base));

    [Fact]
    public void P02_LineByDescriptor_NamesNoDevice_AndNoOptionOfOne() =>
        Assert.Equal(
            (Head + "usepeerdns noipdefault +ipv6 nodefaultroute nodefaultroute6 noauth " + Who + Tail + " nmvpn-channel")
                .Replace("/dev/pts/9 ", "", StringComparison.Ordinal).Replace("nolock local nocrtscts ", "", StringComparison.Ordinal),
            string.Join(' ', PppdOptionTable.Build(new PppdOptionSource(s_base, null, "/p/nm-sstp-pppd-plugin.so", "/run/x/callback", 1400))));

    [Fact]
    public void S02_NoIpSettings() =>
        Assert.Equal(
            Head + "noipdefault nodefaultroute nodefaultroute6 noauth " + Who + Tail,
            Line(s_base with { RequestDns = false, Ip6 = Ip6Request.Default }));

    [Fact]
    public void S18_Mtu() => Assert.Contains(" mtu 1300 ", Line(s_base with { Mtu = 1300 }), StringComparison.Ordinal);

    [Fact]
    public void S22_RefusalsMppeCompressionEchoUnit_InThePeersOrder() =>
        Assert.EndsWith(
            Who + " refuse-eap refuse-pap refuse-chap refuse-mschap refuse-mschap-v2 require-mppe require-mppe-40 require-mppe-128 mppe-stateful "
            + "nobsdcomp nodeflate novj lcp-echo-failure 5 lcp-echo-interval 30 unit 3 plugin /p/nm-sstp-pppd-plugin.so nmvpn-socket /run/x/callback",
            Line(s_base with
            {
                Refused = AuthenticationMethods.All,
                Mppe = MppeRequirement.Any | MppeRequirement.Bits40 | MppeRequirement.Bits128,
                MppeStateful = true,
                NoBsdCompression = true,
                NoDeflate = true,
                NoVjCompression = true,
                LcpEchoFailure = 5,
                LcpEchoInterval = 30,
                Unit = 3,
            }),
            StringComparison.Ordinal);

    [Fact]
    public void S23_ManualIp4() =>
        Assert.Contains(
            "30 10.9.0.5:10.9.0.1 netmask 255.255.255.0 ipcp-accept-local ipcp-accept-remote usepeerdns +ipv6 ",
            Line(s_base with
            {
                Ip4 = new Ip4Request.Manual(IPAddress.Parse("10.9.0.5"), IPAddress.Parse("10.9.0.1"), IPAddress.Parse("255.255.255.0")),
            }),
            StringComparison.Ordinal);

    [Fact]
    public void S25_Ip4Disabled() =>
        Assert.Contains("30 noip noipdefault +ipv6 ", Line(s_base with { Ip4 = Ip4Request.Off }), StringComparison.Ordinal);

    [Fact]
    public void S27_Ip6Disabled() =>
        Assert.Contains(" noipdefault noipv6 nodefaultroute ", Line(s_base with { Ip6 = Ip6Request.Disabled }), StringComparison.Ordinal);

    [Fact]
    public void S30_Domain_IsNotInTheOption()
    {
        PppOptions options = s_base with { Domain = "CORP" };
        Assert.Contains(" user bob ", Line(options), StringComparison.Ordinal);
        Assert.Equal("CORP\\bob", PppdCredentials.NameOf(options));
    }

    // The PPTP peer's line of connection-keys 2.1, with what is ours on every line.
    private const string PptpHead = "/dev/pts/9 ipparam nm-pptp-service-7 nodetach nolock local nocrtscts hide-password logfd 2 "
        + "receive-all lcp-restart 1 lcp-max-configure 30 ipcp-restart 1 ipcp-max-configure 30 usepeerdns noipdefault nodefaultroute nodefaultroute6 noauth ";

    private const string PptpTail = " plugin /p/nm-pptp-pppd-plugin.so nmvpn-socket /run/x/callback";

    private static PppOptions Pptp => new() { User = "bob", RemoteName = "10.1.2.3", IpParam = "nm-pptp-service-7" };

    [Fact]
    public void P01_Base() => Assert.Equal(
        PptpHead + "user bob remotename 10.1.2.3 mtu 1400 mru 1400 lcp-echo-failure 0 lcp-echo-interval 0" + PptpTail, PptpLine(Pptp));

    [Fact]
    public void P23_P24_P25_P27_P28_InThePeersOrder() => Assert.Equal(
        PptpHead + "user bob remotename 10.1.2.3 mtu 1300 mru 1300 refuse-eap refuse-pap refuse-chap refuse-mschap refuse-mschap-v2 require-mppe "
        + "require-mppe-40 require-mppe-128 mppe-stateful nobsdcomp nodeflate novj lcp-echo-failure 5 lcp-echo-interval 30 unit 3" + PptpTail,
        PptpLine(Pptp with
        {
            Mtu = 1300,
            Refused = AuthenticationMethods.All,
            Mppe = MppeRequirement.Any | MppeRequirement.Bits40 | MppeRequirement.Bits128,
            MppeStateful = true,
            NoBsdCompression = true,
            NoDeflate = true,
            NoVjCompression = true,
            LcpEchoFailure = 5,
            LcpEchoInterval = 30,
            Unit = 3,
        }));

    [Fact]
    public void P26_StatefulAlone()
    {
        string line = PptpLine(Pptp with { MppeStateful = true });
        Assert.Contains(" mppe-stateful ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("require-mppe", line, StringComparison.Ordinal);
    }

    [Fact]
    public void NoLimitForTheServerWhereThereIsNoMtu() => Assert.DoesNotContain(
        "mru", PppdOptionTable.Build(new(Pptp, "/dev/pts/9", "/p/nm-pptp-pppd-plugin.so", "/run/x/callback", null, LimitServer: true)));

    private static string PptpLine(PppOptions options) => string.Join(
        ' ', PppdOptionTable.Build(new(options, "/dev/pts/9", "/p/nm-pptp-pppd-plugin.so", "/run/x/callback", 1400, LimitServer: true)));

    [Fact]
    public void P18_NoUser() => Assert.DoesNotContain("user", Line(s_base with { User = "" }).Split(' '));

    [Fact]
    public void P31_Debug() => Assert.StartsWith("/dev/pts/9 debug ipparam", Line(s_base with { Debug = true }), StringComparison.Ordinal);

    [Theory]
    [InlineData("bø b")]
    [InlineData("a\"b'c\\d")]
    [InlineData("x; touch /tmp/y #$(id)`id`")]
    [InlineData("two\nlines\r")]
    [InlineData("--cert-warn")]
    [InlineData("file")]
    public void S086_ValuesAreOneArgument(string value)
    {
        List<string> arguments = PppdOptionTable.Build(Source(s_base with { User = value, RemoteName = value }));
        Assert.Equal(value, arguments[arguments.IndexOf("user") + 1]);
        Assert.Equal(value, arguments[arguments.IndexOf("remotename") + 1]);
        Assert.Equal(PppdOptionTable.Build(Source(s_base)).Count, arguments.Count);
    }

    [Fact]
    public void S086_WhatPppdWouldCut_IsRefusedByName()
    {
        Refused(s_base with { User = new string('x', 256) }, "user name");
        Refused(s_base with { User = new string('ø', 128) }, "user name");
        Refused(s_base with { User = "a\0b" }, "user name");
        Refused(s_base with { RemoteName = new string('x', 256) }, "gateway");
        Refused(s_base with { User = new string('x', 200), Domain = new string('y', 60) }, "user name with domain");
        Refused(s_base with { Unit = -1 }, "unit number");
        Refused(s_base with { Mtu = 100 }, "mtu");
        Refused(s_base with { LcpEchoInterval = -5 }, "lcp-echo-interval");
        _ = Line(s_base with { User = new string('x', 255) });
    }

    private static void Refused(PppOptions options, string name)
    {
        TunnelException e = Assert.Throws<TunnelException>(() => Line(options));
        Assert.Equal(Cause.BadKey, e.Failure.Cause);
        Assert.StartsWith(name, e.Failure.Detail, StringComparison.Ordinal);
    }

    private static string Line(PppOptions options) => string.Join(' ', PppdOptionTable.Build(Source(options)));

    private static PppdOptionSource Source(PppOptions options) =>
        new(options, "/dev/pts/9", "/p/nm-sstp-pppd-plugin.so", "/run/x/callback", 1400);
}
