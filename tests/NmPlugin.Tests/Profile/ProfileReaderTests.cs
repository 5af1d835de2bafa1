using System.Net;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Session;
using static NmPlugin.Tests.Support.Profiles;

namespace NmPlugin.Tests.Profile;

public sealed class ProfileReaderTests
{
    private static PppOptions Ppp(params (string Key, string? Value)[] changes) => Read(Base(changes)).Tunnel.Ppp;

    private static Failure Refused(ConnectionSettings connection) => Assert.Throws<TunnelException>(() => Read(connection)).Failure;

    private static Failure Refused(params (string Key, string? Value)[] changes) => Refused(Base(changes));

    [Fact]
    public void S01_BaseProfile()
    {
        TunnelOptions tunnel = Read(Base()).Tunnel;
        Assert.Equal(TunnelProtocol.Sstp, tunnel.Protocol);
        Assert.Equal(new ServerEndpoint("vpn.example.org", 443), tunnel.Server);
        Assert.Equal(("bob", null, "vpn.example.org"), (tunnel.Ppp.User, tunnel.Ppp.Domain, tunnel.Ppp.RemoteName));
        Assert.Equal("pw"u8.ToArray(), tunnel.Ppp.Password!.Utf8.ToArray());
        Assert.True(tunnel.Ppp.RequestDns);
        Assert.Equal(Ip4Request.Auto, tunnel.Ppp.Ip4);
        Assert.Equal(Ip6Request.Wanted, tunnel.Ppp.Ip6);
        Assert.Equal(Guid.Parse("6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11"), tunnel.CorrelationId);
        Assert.Equal("nm-sstp-service-4711", tunnel.Ppp.IpParam);
        Assert.Equal(new TlsOptions(), tunnel.Tls);
        Assert.False(tunnel.Ppp.Debug);
    }

    [Fact]
    public void S02_NoIpSettings()
    {
        PppOptions ppp = Read(Base() with { Ip4 = null, Ip6 = null }).Tunnel.Ppp;
        Assert.False(ppp.RequestDns);
        Assert.Equal((Ip4Request.Auto, Ip6Request.Default), (ppp.Ip4, ppp.Ip6));
    }

    [Fact]
    public void S03_NoConnectionTypeIsPassword() => Assert.Equal("bob", Ppp(("connection-type", null)).User);

    [Fact]
    public void S04_KdeProfile()
    {
        VpnProfile profile = Read(Base(("connection-type", null), ("password-flags", "1"), ("proxy-port", "0"), ("proxy-password-flags", "0")));
        Assert.Empty(profile.Warnings);
    }

    [Fact]
    public void S05_UnknownConnectionType()
    {
        Failure failure = Refused(("connection-type", "foo"));
        Assert.Equal(Cause.BadKey, failure.Cause);
        Assert.Contains("'connection-type' 'foo'", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("S06", "vpn example")]
    [InlineData("S06", "a/b")]
    [InlineData("S09", "--cert-warn")]
    [InlineData("S09", "-x")]
    [InlineData("", "a;reboot")]
    [InlineData("", "$(id)")]
    [InlineData("", "a\nb")]
    [InlineData("", "host:")]
    [InlineData("", "host:0")]
    [InlineData("", "host:65536")]
    [InlineData("", "host:+1")]
    [InlineData("", "host:443:443")]
    [InlineData("", ":443")]
    [InlineData("", "[2001:db8::1")]
    [InlineData("", "[2001:db8::1]443")]
    [InlineData("", "[2001:db8::1]:")]
    [InlineData("", "[10.1.2.3]:443")]
    [InlineData("", "[]")]
    [InlineData("", "fe80::1%eth0")]
    [InlineData("", "10.1")]
    [InlineData("", "999.1.1.1")]
    [InlineData("", "010.1.1.1")]
    [InlineData("", "0x7f000001")]
    [InlineData("", "vpn.exämple.org")]
    [InlineData("", ".example.org")]
    [InlineData("", "https://vpn.example.org/")]
    public void S06_S09_BadGateway(string row, string gateway)
    {
        Failure failure = Refused(("gateway", gateway));
        Assert.Equal((row, Cause.BadKey), (row, failure.Cause));
        Assert.StartsWith("'gateway' ", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(gateway.Contains("://", StringComparison.Ordinal), failure.Detail.EndsWith("not a URL", StringComparison.Ordinal));
        Assert.DoesNotContain('\n', failure.Sentence);
    }

    [Theory]
    [InlineData("host:8443", "host", 8443)]
    [InlineData("2001:db8::1", "2001:db8::1", 443)]
    [InlineData("[2001:db8::1]:8443", "2001:db8::1", 8443)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 443)]
    [InlineData("10.1.2.3", "10.1.2.3", 443)]
    [InlineData("my_vpn.example.org:443", "my_vpn.example.org", 443)]
    [InlineData("Router-1", "Router-1", 443)]
    public void S07_S08_Gateway(string gateway, string host, int port)
    {
        TunnelOptions tunnel = Read(Base(("gateway", gateway))).Tunnel;
        Assert.Equal(new ServerEndpoint(host, port), tunnel.Server);
        Assert.Equal(gateway, tunnel.Ppp.RemoteName);
    }

    [Fact]
    public void S10_IgnoreCertWarnIsHonouredAndSaid()
    {
        VpnProfile profile = Read(Base(("ignore-cert-warn", "yes"), ("tls-ext", "yes")));
        Assert.True(profile.Tunnel.Tls.IgnoreCertificateErrors);
        Assert.Contains(profile.Warnings, warning => warning.Contains("ignore-cert-warn", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/etc/my ca.pem", "/etc/my ca.pem")]
    [InlineData(@"/etc/my\040ca.pem", "/etc/my ca.pem")]
    [InlineData("/tmp/a; touch x #", "/tmp/a; touch x #")]
    [InlineData("/tmp/$(id)`id`'\"", "/tmp/$(id)`id`'\"")]
    [InlineData(@"/tmp/\303\244", "/tmp/ä")]
    [InlineData(@"/tmp/a\\b\q\", @"/tmp/a\bq\")]
    [InlineData(@"/x\0401", "/x 1")]
    public void S11_CaCertIsAPathAndNothingElse(string value, string path) => Assert.Equal(path, Read(Base(("ca-cert", value))).Tunnel.Tls.CaFile);

    [Theory]
    [InlineData(@"/tmp/\377\376")]
    [InlineData(@"/tmp/a\000b")]
    [InlineData(@"/tmp/a\nb")]
    public void S11_CaCertThatIsNoPath(string value) => Assert.Equal(Cause.BadKey, Refused(("ca-cert", value)).Cause);

    [Theory]
    [InlineData("proxy.corp", "proxy.corp")]
    [InlineData("http://proxy.corp/", "proxy.corp")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    public void S12_ProxyServerAndPort(string text, string host)
    {
        TunnelCore.Net.ProxyOptions proxy = Read(Base(("proxy-server", text), ("proxy-port", "8080"))).Tunnel.Proxy!;
        Assert.Equal((host, 8080), (proxy.Server.Host, proxy.Server.Port));
        Assert.Equal((null, null), (proxy.User, proxy.Password));
    }

    [Theory]
    [InlineData("proxy.corp:3128", "'proxy-port'")]
    [InlineData("[2001:db8::1]:3128", "'proxy-port'")]
    [InlineData("u:p@proxy.corp", "'proxy-user'")]
    [InlineData("socks5://proxy.corp", "socks")]
    [InlineData("-proxy", "'-'")]
    [InlineData("a b", "only have letters")]
    [InlineData("a\nb", "only have letters")]
    public void S12_ProxyServerThatIsNone(string text, string named)
    {
        Failure failure = Refused(("proxy-server", text), ("proxy-port", "8080"));
        Assert.Equal(Cause.BadKey, failure.Cause);
        Assert.Contains("'proxy-server'", failure.Detail, StringComparison.Ordinal);
        Assert.Contains(named, failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p@ss w$d")]
    [InlineData("a:b%40\"\\'; touch x #")]
    public void S13_S14_ProxyCredentialsAreTakenAsTheyAre(string password)
    {
        ConnectionSettings connection = Base(("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "corp\\bob"), ("proxy-password", password));
        foreach (ConnectionSettings one in new[]
        {
            connection,
            Base(("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "corp\\bob"))
                with { Secrets = new Dictionary<string, string> { ["password"] = "pw", ["proxy-password"] = password } },
        })
        {
            TunnelCore.Net.ProxyOptions proxy = Read(one).Tunnel.Proxy!;
            Assert.Equal("corp\\bob", proxy.User);
            Assert.Equal(password, System.Text.Encoding.UTF8.GetString(proxy.Password!.Utf8));
            Assert.DoesNotContain(password, proxy.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void S14_LongProxyPassword() =>
        Assert.Equal(3000, Read(Base(("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "u"), ("proxy-password", new string('x', 3000)))).Tunnel.Proxy!.Password!.Utf8.Length);

    [Theory]
    [InlineData(null, null)]
    [InlineData("4", "")]
    public void S39_ProxyUserWithoutPassword(string? flags, string? password)
    {
        TunnelCore.Net.ProxyOptions proxy = Read(Base(("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "u"), ("proxy-password-flags", flags))).Tunnel.Proxy!;
        Assert.Equal(password, proxy.Password is { } secret ? System.Text.Encoding.UTF8.GetString(secret.Utf8) : null);
    }

    [Fact]
    public void S33_TheEnvironmentNamesNoProxy()
    {
        Environment.SetEnvironmentVariable("http_proxy", "http://proxy.corp:8080");
        Assert.Null(Read(Base()).Tunnel.Proxy);
        Environment.SetEnvironmentVariable("http_proxy", null);
    }

    [Fact]
    public void S15_ProxyPasswordInDataIsAcceptedWithAWarning()
    {
        VpnProfile profile = Read(Base(("proxy-password", "p@ss w$d"), ("proxy-user", "u")));
        string warning = Assert.Single(profile.Warnings);
        Assert.Contains("'proxy-password'", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("p@ss", warning, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("")]
    public void S16_ProxyServerWithoutPortIsNoProxy(string? port)
    {
        VpnProfile profile = Read(Base(("proxy-server", "proxy.corp"), ("proxy-port", port)));
        Assert.Contains("'proxy-server'", Assert.Single(profile.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proxy-port", "abc")]
    [InlineData("proxy-port", "65536")]
    [InlineData("lcp-echo-interval", "abc")]
    [InlineData("lcp-echo-interval", "30s")]
    [InlineData("lcp-echo-interval", "-5")]
    [InlineData("lcp-echo-interval", " 5")]
    [InlineData("lcp-echo-interval", "99999999999999999999")]
    [InlineData("unit", "-1")]
    [InlineData("unit", "65536")]
    [InlineData("mtu", "127")]
    [InlineData("mtu", "1501")]
    [InlineData("require-mppe", "YES")]
    [InlineData("require-mppe", "")]
    [InlineData("require-mppe", "1")]
    [InlineData("user", "bob\nplugin evil.so")]
    [InlineData("domain", "CORP\r")]
    public void S17_BadValueIsRefusedByName(string key, string value)
    {
        Failure failure = Refused((key, value));
        Assert.Equal(Cause.BadKey, failure.Cause);
        Assert.StartsWith($"'{key}' ", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Sentence, char.IsControl);
    }

    [Theory]
    [InlineData("1300", 1300)]
    [InlineData("0", 1400)]
    [InlineData("", 1400)]
    [InlineData(null, 1400)]
    [InlineData("128", 128)]
    [InlineData("1500", 1500)]
    public void S18_Mtu(string? value, int mtu) => Assert.Equal(mtu, Ppp(("mtu", value)).Mtu);

    [Theory]
    [InlineData("require-mpe", "require-mppe")]
    [InlineData("Require-MPPE_128", "require-mppe-128")]
    [InlineData("gatway", "gateway")]
    [InlineData("ca_cert", "ca-cert")]
    [InlineData("refuse-mschap-v2", "refuse-mschapv2")]
    [InlineData("username", "user")]
    [InlineData("gateway-address", "gateway")]
    [InlineData("mtu-size", "mtu")]
    public void S19_UnknownKeyNamesTheNearest(string key, string nearest)
    {
        Failure failure = Refused((key, "yes"));
        Assert.Equal(Cause.UnknownKey, failure.Cause);
        Assert.Contains($"'{key}'", failure.Detail, StringComparison.Ordinal);
        Assert.Contains($"did you mean '{nearest}'?", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("\u202Eyawetag")]
    [InlineData("z\u2028<3>nm-sstp[1] <error>  forged")]
    public void S19_UnknownKeyWithoutLikeness(string key)
    {
        Failure failure = Refused((key, "bar"));
        Assert.Equal(Cause.UnknownKey, failure.Cause);
        Assert.DoesNotContain("did you mean", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Sentence, c => char.IsControl(c) || c is '\u202E' or '\u2028');
    }

    [Fact]
    public void S19_UnknownSecretIsRefusedWithoutItsValue()
    {
        Failure failure = Refused(Base() with { Secrets = new Dictionary<string, string> { ["password"] = "pw", ["pasword"] = "s3cret" } });
        Assert.Equal(Cause.UnknownKey, failure.Cause);
        Assert.Contains("'pasword' in vpn.secrets (did you mean 'password'?)", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void S19_PasswordInDataIsRefusedWithoutItsValue()
    {
        Failure failure = Refused(("password", "s3cret"));
        Assert.Equal("'password' in vpn.data (it belongs into vpn.secrets)", failure.Detail);
    }

    [Fact]
    public void S20_NoSecretIsIgnored()
    {
        ConnectionSettings connection = Base(("no-secret", "true")) with
        {
            Secrets = new Dictionary<string, string> { ["no-secret"] = "true", ["password"] = "pw", ["name"] = "x" },
        };
        Assert.Empty(Read(connection).Warnings);
    }

    [Fact]
    public void S21_UuidInDataIsReplaced()
    {
        Assert.Equal(Guid.Parse("6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11"), Read(Base(("uuid", "abc"))).Tunnel.CorrelationId);
        Assert.Null(Read(Base() with { Uuid = "abc" }).Tunnel.CorrelationId);
    }

    [Fact]
    public void S22_AllPppKeysTogether()
    {
        PppOptions ppp = Ppp(
            ("refuse-eap", "yes"), ("refuse-pap", "yes"), ("refuse-chap", "true"), ("refuse-mschap", "yes"), ("refuse-mschapv2", "yes"),
            ("require-mppe", "yes"), ("require-mppe-40", "yes"), ("require-mppe-128", "yes"), ("mppe-stateful", "yes"),
            ("nobsdcomp", "yes"), ("nodeflate", "yes"), ("no-vj-comp", "yes"), ("lcp-echo-failure", "5"), ("lcp-echo-interval", "30"), ("unit", "3"));
        Assert.Equal(AuthenticationMethods.All, ppp.Refused);
        Assert.Equal(MppeRequirement.Any | MppeRequirement.Bits40 | MppeRequirement.Bits128, ppp.Mppe);
        Assert.True(ppp.MppeStateful && ppp.NoBsdCompression && ppp.NoDeflate && ppp.NoVjCompression);
        Assert.Equal((5, 30, 3), (ppp.LcpEchoFailure, ppp.LcpEchoInterval, ppp.Unit));
    }

    [Theory]
    [InlineData("refuse-eap", AuthenticationMethods.Eap)]
    [InlineData("refuse-pap", AuthenticationMethods.Pap)]
    [InlineData("refuse-chap", AuthenticationMethods.Chap)]
    [InlineData("refuse-mschap", AuthenticationMethods.MsChap)]
    [InlineData("refuse-mschapv2", AuthenticationMethods.MsChapV2)]
    public void S22_EachRefusal(string key, AuthenticationMethods method)
    {
        Assert.Equal(method, Ppp((key, "yes")).Refused);
        Assert.Equal(AuthenticationMethods.None, Ppp((key, "no")).Refused);
    }

    [Theory]
    [InlineData(null, null, 3, 10)]
    [InlineData("", "", 3, 10)]
    [InlineData("5", "30", 5, 30)]
    [InlineData("0", "0", 0, 0)]
    [InlineData("0", null, 0, 10)]
    public void Echo_DeadServersAreNoticedUnlessTheProfileSaysOtherwise(string? failure, string? interval, int expectedFailure, int expectedInterval)
    {
        PppOptions ppp = Ppp(("lcp-echo-failure", failure), ("lcp-echo-interval", interval));
        Assert.Equal((expectedFailure, expectedInterval), (ppp.LcpEchoFailure, ppp.LcpEchoInterval));
    }

    [Fact]
    public void S23_ManualIp4WithGateway()
    {
        var settings = new Ip4Settings("manual", Address: IPAddress.Parse("10.9.0.5"), Prefix: 24, Gateway: IPAddress.Parse("10.9.0.1"));
        PppOptions ppp = Read(Base() with { Ip4 = settings }).Tunnel.Ppp;
        Assert.Equal(new Ip4Request.Manual(IPAddress.Parse("10.9.0.5"), IPAddress.Parse("10.9.0.1"), IPAddress.Parse("255.255.255.0")), ppp.Ip4);
        Assert.True(ppp.RequestDns);
    }

    [Theory]
    [InlineData("S24", "manual", false, true)]
    [InlineData("S25", "disabled", true, false)]
    [InlineData("-", "link-local", false, true)]
    [InlineData("-", "shared", false, true)]
    public void S24_S25_Ip4Method(string row, string method, bool off, bool dns)
    {
        PppOptions ppp = Read(Base() with { Ip4 = new Ip4Settings(method, Address: IPAddress.Parse("10.9.0.5"), Prefix: 24) }).Tunnel.Ppp;
        Assert.Equal((row, off ? Ip4Request.Off : Ip4Request.Auto, dns), (row, ppp.Ip4, ppp.RequestDns));
    }

    [Fact]
    public void S26_IgnoreAutoDns() => Assert.False(Read(Base() with { Ip4 = new Ip4Settings("auto", IgnoreAutoDns: true) }).Tunnel.Ppp.RequestDns);

    [Theory]
    [InlineData("S27", "disabled", Ip6Request.Disabled)]
    [InlineData("S28", "ignore", Ip6Request.Disabled)]
    [InlineData("S28", "dhcp", Ip6Request.Disabled)]
    [InlineData("S28", "link-local", Ip6Request.Disabled)]
    [InlineData("S29", "manual", Ip6Request.Wanted)]
    public void S27_S28_S29_Ip6Method(string row, string method, Ip6Request request) =>
        Assert.Equal((row, request), (row, Read(Base() with { Ip6 = new Ip6Settings(method) }).Tunnel.Ppp.Ip6));

    [Fact]
    public void S30_Domain()
    {
        PppOptions ppp = Ppp(("domain", "CORP"));
        Assert.Equal(("CORP", "bob"), (ppp.Domain, ppp.User));
    }

    [Fact]
    public void S31_CertificateLogin_NeedsNoUserAndNoPassword()
    {
        ConnectionSettings connection = Base(
            ("connection-type", "tls"), ("user", null), ("tls-user-cert", "/home/al\\040ice/c.pem"), ("tls-user-key", "/k.pem"), ("tls-subject-name", "alice"));
        CertificateLogin login = Read(connection with { Secrets = new Dictionary<string, string>() }).Tunnel.Ppp.Certificate!;
        Assert.Equal(
            new CertificateLogin { Identity = "alice", CertificateFile = "/home/al ice/c.pem", KeyFile = "/k.pem" }, login);
    }

    [Fact]
    public void S33_S34_CertificateLogin_Everything()
    {
        ConnectionSettings connection = Base(
            ("connection-type", "tls"), ("user", null), ("tls-user-cert", "/c"), ("tls-user-key", "/k"), ("tls-subject-name", "alice"),
            ("tls-identity", "al@corp"), ("tls-ca-cert", "/ca"), ("crl-file", "/crl"), ("tls-verify-method", "suffix"), ("tls-remotename", "corp"),
            ("tls-verify-key-usage", "yes"), ("tls-max-version", "1.3"), ("tls-user-key-secret-flags", "1"))
            with { Secrets = new Dictionary<string, string> { ["tls-user-key-secret"] = "s e\ncret" } };
        VpnProfile profile = Read(connection);
        CertificateLogin login = profile.Tunnel.Ppp.Certificate!;
        Assert.Equal("s e\ncret", System.Text.Encoding.UTF8.GetString(login.Passphrase!.Utf8));
        Assert.Equal(
            new CertificateLogin
            {
                Identity = "al@corp", CertificateFile = "/c", KeyFile = "/k", CaFile = "/ca", CrlFile = "/crl", VerifyMethod = "suffix", RemoteName = "corp",
                VerifyKeyUsage = true, MaxTlsVersion = "1.3",
            },
            login with { Passphrase = null });
        // As ever, that list is for the EAP server.
        Assert.Null(profile.Tunnel.Tls.CrlFile);
        Assert.DoesNotContain("ncret", profile.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls-user-cert", null, Cause.MissingKey)]
    [InlineData("tls-max-version", "1.4", Cause.BadKey)]
    [InlineData("tls-verify-method", "guess", Cause.BadKey)]
    [InlineData("tls-verify-key-usage", "maybe", Cause.BadKey)]
    [InlineData("tls-user-key", @"/a\000b", Cause.BadKey)]
    public void S36_CertificateLogin_WhatIsWrongIsNamed(string key, string? value, Cause cause)
    {
        Failure failure = Refused(("connection-type", "tls"), ("tls-user-cert", "/c"), ("tls-user-key", "/k"), (key, value));
        Assert.Equal(cause, failure.Cause);
        Assert.Contains($"'{key}'", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no", false)]
    [InlineData("yes", true)]
    [InlineData(null, false)]
    public void S37_KeyUsageIsCheckedOnlyWhenWanted(string? value, bool check) => Assert.Equal(
        check, Read(Base(("connection-type", "tls"), ("tls-user-cert", "/c"), ("tls-verify-key-usage", value))).Tunnel.Ppp.Certificate!.VerifyKeyUsage);

    [Fact]
    public void S40_FilesOfAPrivateProfile_AreReadAsItsUser()
    {
        ConnectionSettings mine = Base(("connection-type", "tls"), ("tls-user-cert", "/c"), ("ca-cert", "/ca")) with { Users = ["bob"] };
        VpnProfile profile = Read(mine);
        Assert.Equal(("bob", "bob"), (profile.Tunnel.Ppp.Certificate!.FileUser, profile.Tunnel.Tls.FileUser));
        Assert.Null(Read(mine with { Users = [] }).Tunnel.Tls.FileUser);
        Assert.Equal(Cause.NotSupported, Assert.Throws<TunnelException>(() => Read(mine with { Users = ["bob", "eve"] })).Failure.Cause);
        Assert.Null(Read(Base() with { Users = ["bob", "eve"] }).Tunnel.Tls.FileUser);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("/etc/ssl/crl\\040list.pem", "/etc/ssl/crl list.pem")]
    public void CrlFileIsForTheServersCertificate(string? value, string? file) =>
        Assert.Equal(file, Read(Base(("crl-file", value))).Tunnel.Tls.CrlFile);

    [Theory]
    [InlineData("tls-verify-key-usage", "no")]
    [InlineData("tls-verify-key-usage", "yes")]
    [InlineData("tls-identity", "alice")]
    [InlineData("tls-max-version", "1.2")]
    [InlineData("crl-file", "")]
    public void S37_CertificateKeysWithoutEffectDoNotBreakAPasswordLogin(string key, string value) =>
        Assert.Empty(Read(Base((key, value))).Warnings);

    [Fact]
    public void T32_MissingGateway()
    {
        Assert.Equal(new Failure(Cause.MissingKey, "'gateway' in vpn.data"), Refused(("gateway", null)));
        Assert.Equal(Cause.MissingKey, Refused(("gateway", "")).Cause);
    }

    [Fact]
    public void T32_MissingUser()
    {
        Failure failure = Refused(("user", null));
        Assert.Equal(Cause.MissingKey, failure.Cause);
        Assert.Contains("'user'", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void P19_UserNameStandsInForUser(string? user) =>
        Assert.Equal("carol", Read(Base(("user", user)) with { UserName = "carol" }).Tunnel.Ppp.User);

    [Theory]
    [InlineData(@"CORP\bob")]
    [InlineData("bø b")]
    [InlineData("bob;$(id) \"x\" 'y'")]
    [InlineData("-bob")]
    public void P21_P22_UserPassesUnchanged(string user) => Assert.Equal(user, Ppp(("user", user)).User);

    [Fact]
    public void PasswordPassesUnchanged()
    {
        const string Odd = "p@ss w$d\n;\"'\\ ä";
        ConnectionSettings connection = Base() with { Secrets = new Dictionary<string, string> { ["password"] = Odd } };
        Assert.Equal(System.Text.Encoding.UTF8.GetBytes(Odd), Read(connection).Tunnel.Ppp.Password!.Utf8.ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoPasswordIsRefusedUnlessItIsNotRequired(bool stored)
    {
        var secrets = stored ? new Dictionary<string, string> { ["password"] = "" } : [];
        Assert.Equal(Cause.NoPassword, Refused(Base(("password-flags", "1")) with { Secrets = secrets }).Cause);
        Assert.Null(Read(Base(("password-flags", "4")) with { Secrets = secrets }).Tunnel.Ppp.Password);
    }

    [Theory]
    [InlineData(0u, 60)]
    [InlineData(10u, 10)]
    [InlineData(120u, 120)]
    [InlineData(uint.MaxValue, 86400)]
    public void T37_T38_VpnTimeout(uint timeout, int seconds)
    {
        VpnProfile profile = Read(Base() with { Timeout = timeout });
        Assert.Equal(TimeSpan.FromSeconds(seconds), profile.ConnectTimeout);
        Assert.Equal(seconds > 60 ? profile.ConnectTimeout : TunnelTimeouts.Default.HttpReply, profile.Tunnel.Timeouts.HttpReply);
    }

    [Fact]
    public void T77_HugeValuesAndManyKeys()
    {
        string huge = new('x', 1 << 20);
        foreach (string key in new[] { "user", "domain", "gateway", "ca-cert", "proxy-server", "unit", "connection-type", "require-mppe" })
        {
            Failure failure = Refused((key, huge));
            Assert.Equal(Cause.BadKey, failure.Cause);
            Assert.True(failure.Sentence.Length < 500);
        }
        Assert.Equal(Cause.BadKey, Refused(Base() with { Secrets = new Dictionary<string, string> { ["password"] = huge } }).Cause);
        Assert.Equal(Cause.UnknownKey, Refused((huge, "x")).Cause);
        ConnectionSettings many = Base([.. Enumerable.Range(0, 1000).Select(i => ($"key{i:0000}", (string?)"x"))]);
        Assert.StartsWith("'key0000'", Refused(many).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void NameLongerThanPppAllows()
    {
        Assert.Equal(Cause.BadKey, Refused(("user", new string('u', 256))).Cause);
        Assert.Equal(Cause.BadKey, Refused(("user", new string('u', 200)), ("domain", new string('d', 55))).Cause);
        Assert.Equal(200, Ppp(("user", new string('u', 200)), ("domain", new string('d', 54))).User!.Length);
        Assert.Equal(Cause.BadKey, Refused(("user", new string('ä', 128))).Cause);
    }

    [Fact]
    public void SecretsAreNeverInTexts()
    {
        ConnectionSettings connection = Base(("proxy-password", "hunter2")) with { Secrets = new Dictionary<string, string> { ["password"] = "hunter2" } };
        VpnProfile profile = Read(connection);
        Assert.DoesNotContain("hunter2", $"{connection} {profile} {string.Join(' ', profile.Warnings)}", StringComparison.Ordinal);
    }
}
