using System.Net;
using NmPlugin.IpConfig;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;

namespace NmPlugin.Tests.IpConfig;

public sealed class IpConfigBuilderTests
{
    private static readonly IPAddress s_server = IPAddress.Parse("203.0.113.9");

    private static Ip4Configuration Ip4(string address = "10.0.0.5", string? peer = "10.0.0.1", string dns = "", string wins = "") =>
        new(IPAddress.Parse(address), peer is null ? null : IPAddress.Parse(peer), Parse(dns), Parse(wins));

    private static IReadOnlyList<IPAddress> Parse(string list) => [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)];

    private static Dictionary<ConfigSignal, ConfigDictionary> Build(Ip4Configuration? ip4, Ip6Configuration? ip6 = null, IPAddress? server = null, bool wantIp6 = true)
    {
        Failure? failure = IpConfigBuilder.Build(new TunnelEvent.Up("ppp7", server ?? s_server, 1400, ip4, ip6), wantIp6, canPersist: false, out var signals);
        Assert.Null(failure);
        Assert.Equal(ConfigSignal.Config, signals[0].Signal);
        return signals.ToDictionary(signal => signal.Signal, signal => signal.Body);
    }

    private static uint Native(string address) => BitConverter.ToUInt32(IPAddress.Parse(address).GetAddressBytes());

    private static uint Number(ConfigDictionary body, string key) => Assert.IsType<ConfigValue.Number>(body[key]).Value;

    private static bool Flag(ConfigDictionary body, string key) => Assert.IsType<ConfigValue.Flag>(body[key]).Value;

    private static string[] Addresses(ConfigDictionary body, string key) =>
        [.. Assert.IsType<ConfigValue.Numbers>(body[key]).Value.Select(value => new IPAddress(BitConverter.GetBytes(value)).ToString())];

    [Fact]
    public void T40_AddressesAreNetworkBytesReadNatively()
    {
        uint value = ConfigValue.Ip4(IPAddress.Parse("10.9.0.1"));
        Assert.Equal(new byte[] { 10, 9, 0, 1 }, BitConverter.GetBytes(value));
        Assert.True(!BitConverter.IsLittleEndian || value == 16779530);
    }

    [Fact]
    public void C01_Ip4()
    {
        var signals = Build(Ip4(dns: "10.0.0.53 10.0.0.54", wins: "10.0.0.55"));
        Assert.Equal(2, signals.Count);
        ConfigDictionary config = signals[ConfigSignal.Config];
        Assert.Equal(["gateway", "has-ip4", "has-ip6", "mtu", "tundev"], config.Keys.Order());
        Assert.Equal(Native("203.0.113.9"), Number(config, "gateway"));
        Assert.Equal(new ConfigValue.Text("ppp7"), config["tundev"]);
        Assert.Equal(1400u, Number(config, "mtu"));
        Assert.True(Flag(config, "has-ip4"));
        Assert.False(Flag(config, "has-ip6"));
        ConfigDictionary ip4 = signals[ConfigSignal.Ip4Config];
        Assert.Equal(["address", "dns", "nbns", "prefix", "ptp", "routes"], ip4.Keys.Order());
        Assert.Equal(Native("10.0.0.5"), Number(ip4, "address"));
        Assert.Equal(Native("10.0.0.1"), Number(ip4, "ptp"));
        Assert.Equal(32u, Number(ip4, "prefix"));
        Assert.Equal(["10.0.0.53", "10.0.0.54"], Addresses(ip4, "dns"));
        Assert.Equal(["10.0.0.55"], Addresses(ip4, "nbns"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0.0.0.0")]
    public void C02_PeerWithoutAddressGivesNoPtp(string? peer) => Assert.False(Build(Ip4(peer: peer))[ConfigSignal.Ip4Config].ContainsKey("ptp"));

    [Fact]
    public void C03_ZeroAddressIsAFailure()
    {
        Failure? failure = IpConfigBuilder.Build(new TunnelEvent.Up("ppp7", s_server, 1400, Ip4("0.0.0.0"), new Ip6Configuration(1, 2)), true, canPersist: true, out var signals);
        Assert.Equal(FailureKind.BadIpConfig, failure!.Info.Kind);
        Assert.Empty(signals);
    }

    [Fact]
    public void NoAddressAtAllIsAFailure()
    {
        Assert.Equal(Cause.NoAddress, IpConfigBuilder.Build(new TunnelEvent.Up("ppp7", s_server, 1400, null, null), true, canPersist: false, out _)!.Cause);
        Assert.Equal(Cause.NoAddress, IpConfigBuilder.Build(new TunnelEvent.Up("ppp7", s_server, 1400, null, new Ip6Configuration(1, 2)), wantIp6: false, canPersist: false, out _)!.Cause);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0.0.0.0")]
    [InlineData("0.0.0.0 0.0.0.0")]
    public void C04_T41_NoDns(string dns)
    {
        ConfigDictionary ip4 = Build(Ip4(dns: dns))[ConfigSignal.Ip4Config];
        Assert.False(ip4.ContainsKey("dns") || ip4.ContainsKey("nbns") || ip4.ContainsKey("routes"));
    }

    [Fact]
    public void T41_ZeroAndDoubleDnsAreLeftOut() =>
        Assert.Equal(["10.0.0.53"], Addresses(Build(Ip4(dns: "0.0.0.0 10.0.0.53 10.0.0.53"))[ConfigSignal.Ip4Config], "dns"));

    [Fact]
    public void C06_EveryNameServerHasItsRoute()
    {
        ConfigDictionary ip4 = Build(Ip4(dns: "10.0.0.1 8.8.8.8 8.8.4.4", wins: "10.7.7.7 8.8.8.8"))[ConfigSignal.Ip4Config];
        uint[][] rows = Assert.IsType<ConfigValue.Rows>(ip4["routes"]).Value;
        uint[][] expected = [[Native("8.8.8.8"), 32, 0, 0], [Native("8.8.4.4"), 32, 0, 0], [Native("10.7.7.7"), 32, 0, 0]];
        Assert.Equal(expected, rows);
    }

    [Fact]
    public void C07_T48_ServerOverIp6()
    {
        ConfigDictionary config = Build(Ip4(), server: IPAddress.Parse("2001:db8::9"))[ConfigSignal.Config];
        Assert.Equal(IPAddress.Parse("2001:db8::9").GetAddressBytes(), Assert.IsType<ConfigValue.Bytes>(config["gateway"]).Value);
    }

    [Fact]
    public void T48_MappedServerAddressIsIp4() =>
        Assert.Equal(Native("203.0.113.9"), Number(Build(Ip4(), server: s_server.MapToIPv6())[ConfigSignal.Config], "gateway"));

    [Fact]
    public void C08_T43_Ip6()
    {
        var signals = Build(Ip4(), new Ip6Configuration(0x0000_0001_0000_0002, 0x0000_0003_0000_0004));
        Assert.True(Flag(signals[ConfigSignal.Config], "has-ip6"));
        ConfigDictionary ip6 = signals[ConfigSignal.Ip6Config];
        Assert.Equal(["address", "never-default", "prefix"], ip6.Keys.Order());
        Assert.Equal(IPAddress.Parse("fe80::1:0:2").GetAddressBytes(), Assert.IsType<ConfigValue.Bytes>(ip6["address"]).Value);
        Assert.Equal(64u, Number(ip6, "prefix"));
        Assert.True(Flag(ip6, "never-default"));
    }

    [Fact]
    public void C11_Ip6Only()
    {
        var signals = Build(null, new Ip6Configuration(1, 2));
        Assert.Equal([ConfigSignal.Config, ConfigSignal.Ip6Config], signals.Keys);
        Assert.False(Flag(signals[ConfigSignal.Config], "has-ip4"));
        Assert.True(Flag(signals[ConfigSignal.Config], "has-ip6"));
    }

    [Fact]
    public void T42_Ip6DisabledInTheProfile()
    {
        var signals = Build(Ip4(), new Ip6Configuration(1, 2), wantIp6: false);
        Assert.False(signals.ContainsKey(ConfigSignal.Ip6Config));
        Assert.False(Flag(signals[ConfigSignal.Config], "has-ip6"));
    }

    [Fact]
    public void NoInterfaceOrServerIsOurOwnFault()
    {
        Assert.Equal(Cause.InternalError, IpConfigBuilder.Build(new TunnelEvent.Up("", s_server, 1400, Ip4(), null), true, canPersist: false, out _)!.Cause);
        Assert.Equal(Cause.InternalError, IpConfigBuilder.Build(new TunnelEvent.Up("ppp7", IPAddress.Any, 1400, Ip4(), null), true, canPersist: false, out _)!.Cause);
    }
}
