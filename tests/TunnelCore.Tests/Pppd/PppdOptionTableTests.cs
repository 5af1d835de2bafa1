using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Pppd;
using TunnelCore.Tests.Net;

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

    [Theory]
    [InlineData(false, "ca /proc/self/fd/5 crl /proc/self/fd/6 max-tls-version 1.2 need-peer-eap")]
    [InlineData(true, "ca /proc/self/fd/5 crl /proc/self/fd/6 max-tls-version 1.2 tls-verify-key-usage tls-verify-method suffix remotename corp need-peer-eap")]
    public void S34_CertificateLogin_Everything(bool newPppd, string rest)
    {
        string file = TestPki.WritePem(TestPki.Root);
        (string certificate, string key) = MakePair();
        CertificateLogin login = new()
        {
            Identity = "al ice", CertificateFile = certificate, KeyFile = key, CaFile = file, CrlFile = file, VerifyMethod = "suffix", RemoteName = "corp",
            VerifyKeyUsage = true, MaxTlsVersion = "1.2",
        };
        using PppdCertificate loaded = PppdCertificate.Load(login);
        Assert.Equal(4, loaded.Files.Count);
        Assert.Equal(
            Head + "usepeerdns noipdefault +ipv6 nodefaultroute nodefaultroute6 noauth name al ice cert /proc/self/fd/3 key /proc/self/fd/4 " + rest + " mtu 1400" + Tail,
            Line(s_base with { Certificate = login }, loaded, newPppd));
    }

    [Fact]
    public void S31_CertificateLogin_NameFromTheCertificate_AndTheSystemsAuthorities()
    {
        (string certificate, string key) = MakePair();
        CertificateLogin login = new() { CertificateFile = certificate, KeyFile = key, VerifyMethod = "name", RemoteName = "radius.corp" };
        using PppdCertificate loaded = PppdCertificate.Load(login);
        Assert.Contains(
            "noauth name alice cert /proc/self/fd/3 key /proc/self/fd/4 capath /etc/ssl/certs remotename radius.corp need-peer-eap mtu 1400",
            Line(s_base with { Certificate = login }, loaded, newPppd: false), StringComparison.Ordinal);
    }

    [Fact]
    public void S34_AFailedLoadLeavesNoFileOpen()
    {
        (string certificate, string key) = MakePair();
        CertificateLogin login = new() { CertificateFile = certificate, KeyFile = key, CaFile = "/nonexistent/ca.pem" };
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(Cause.MissingFile, Assert.Throws<TunnelException>(() => PppdCertificate.Load(login)).Failure.Cause);
        }
        Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd").Select(NameOf), name => name.Contains("nm-vpn-ca", StringComparison.Ordinal));
    }

    /// <summary>Other tests open and close files all the time.</summary>
    private static string NameOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.Name ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    [Theory]
    [InlineData("pppd version 2.4.9\n", "2.4.9")]
    [InlineData("pppd version 2.5.0", "2.5.0")]
    [InlineData("pppd version 2.5", "2.5")]
    [InlineData("warning: x\npppd version 2.4.9.1-git", "2.4.9.1")]
    [InlineData("no such thing", null)]
    [InlineData("", null)]
    public void PppdSaysItsVersion(string text, string? version) => Assert.Equal(version, PppdVersion.Parse(text)?.ToString());

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

    private static string Line(PppOptions options, PppdCertificate certificate, bool newPppd) =>
        string.Join(' ', PppdOptionTable.Build(Source(options) with { Certificate = certificate, CanVerifyPeer = newPppd }));

    private static (string Certificate, string Key) MakePair()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, "CN=alice", usage: null, key: key);
        return (TestPki.WritePem(certificate), TestPki.WriteFile(key.ExportPkcs8PrivateKeyPem()));
    }

    private static PppdOptionSource Source(PppOptions options) =>
        new(options, "/dev/pts/9", "/p/nm-sstp-pppd-plugin.so", "/run/x/callback", 1400);
}
