using System.Net;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using Tmds.DBus.Protocol;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;

namespace NmPlugin.Tests.Service;

/// <summary>The PPTP service on a real bus; what is not about the protocol is the same code as SSTP's and tested with it.</summary>
public sealed class PptpServiceTests
{
    private static TunnelEvent.Up Up(string address = "10.0.0.5", string? peer = "10.0.0.1", params string[] dns) => new(
        "ppp3", IPAddress.Parse("10.1.2.3"), 1396, new Ip4Configuration(IPAddress.Parse(address), peer is null ? null : IPAddress.Parse(peer), [.. dns.Select(IPAddress.Parse)], []), null);

    private static uint Native(string address) => BitConverter.ToUInt32(IPAddress.Parse(address).GetAddressBytes());

    private static async Task<(TestService Service, ScriptedTunnel Tunnel)> ConnectAsync()
    {
        TestService service = await TestService.StartAsync(identity: Profiles.PptpIdentity);
        Assert.Equal("", await service.Client.NeedSecretsAsync(Profiles.Pptp()));
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Pptp(("require-mppe-128", "yes"))));
        return (service, await service.Tunnels.NextAsync());
    }

    [Fact]
    public async Task C01_UpAndDown()
    {
        (TestService service, ScriptedTunnel tunnel) = await ConnectAsync();
        await using TestService disposal = service;
        Assert.Equal((TunnelProtocol.Pptp, MppeRequirement.Bits128), (tunnel.Options.Protocol, tunnel.Options.Ppp.Mppe));
        tunnel.Report(Up(dns: ["10.0.0.53", "10.0.0.54"]));
        await service.Transcript.WaitForAsync("StateChanged 4");
        Dictionary<string, VariantValue> config = service.Client.Configs[0].Body;
        Assert.Equal(("ppp3", Native("10.1.2.3"), 1396u), (config["tundev"].GetString(), config["gateway"].GetUInt32(), config["mtu"].GetUInt32()));
        Dictionary<string, VariantValue> ip4 = service.Client.Configs[1].Body;
        Assert.Equal((Native("10.0.0.5"), Native("10.0.0.1"), 32u), (ip4["address"].GetUInt32(), ip4["ptp"].GetUInt32(), ip4["prefix"].GetUInt32()));
        Assert.Equal([Native("10.0.0.53"), Native("10.0.0.54")], ip4["dns"].GetArray<uint>());
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.EndsWith("Config, Ip4Config, StateChanged 4, StateChanged 5, StateChanged 6, Disconnect ok, name lost", await service.WholeTranscriptAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task C02_C04_PeerWithoutAddress_NoDns()
    {
        (TestService service, ScriptedTunnel tunnel) = await ConnectAsync();
        await using TestService disposal = service;
        tunnel.Report(Up(peer: null));
        await service.Transcript.WaitForAsync("StateChanged 4");
        Assert.Equal(["address", "prefix"], service.Client.Configs[1].Body.Keys.Order());
    }

    [Fact]
    public async Task C03_OwnAddressZero_IsBadIpConfig()
    {
        (TestService service, ScriptedTunnel tunnel) = await ConnectAsync();
        await using TestService disposal = service;
        tunnel.Report(Up(address: "0.0.0.0"));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.EndsWith("StateChanged 3, Connect ok, Failure 2, StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Cause.AuthenticationFailed, 0)]
    [InlineData(Cause.MppeFailed, 1)]
    [InlineData(Cause.NoMppeModule, 1)]
    [InlineData(Cause.GreBlocked, 1)]
    [InlineData(Cause.PptpCallRefused, 1)]
    public async Task F01_F04_OneFailureEach(Cause cause, int failure)
    {
        (TestService service, ScriptedTunnel tunnel) = await ConnectAsync();
        await using TestService disposal = service;
        tunnel.Down(new Failure(cause, "because"));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.EndsWith($"Connect ok, Failure {failure}, StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("P03", "gateway", null, "LaunchFailed", "'gateway'")]
    [InlineData("P04", "gateway", "10.1.2.3:1723", "BadArguments", "port")]
    [InlineData("P05", "gateway", "::1", "BadArguments", "IPv6")]
    [InlineData("P07", "foo", "bar", "BadArguments", "'foo'")]
    [InlineData("P08", "require-mppe", "YES", "BadArguments", "'require-mppe'")]
    public async Task P03_P08_BadProfileIsRefusedWithItsReason(string row, string key, string? value, string error, string named)
    {
        await using TestService service = await TestService.StartAsync(identity: Profiles.PptpIdentity);
        Assert.Equal((row, error), (row, await service.Client.ConnectAsync(Profiles.Pptp((key, value)))));
        Assert.Contains(named, service.Client.LastErrorText, StringComparison.Ordinal);
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal($"name owned, Connect {error}, StateChanged 6, name lost", await service.WholeTranscriptAsync());
        Assert.False(service.Tunnels.HasMade);
    }

    [Fact]
    public async Task N01_NeedSecrets()
    {
        await using TestService service = await TestService.StartAsync(identity: Profiles.PptpIdentity);
        ConnectionSettings none = Profiles.Pptp() with { Secrets = new Dictionary<string, string>() };
        Assert.Equal("vpn", await service.Client.NeedSecretsAsync(none));
        Assert.Equal("", await service.Client.NeedSecretsAsync(Profiles.Pptp(("password-flags", "4")) with { Secrets = none.Secrets }));
    }
}
