using NmPlugin.Bus;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using Tmds.DBus.Protocol;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;

namespace NmPlugin.Tests.Service;

/// <summary>The service on a real bus: secrets, Connect, configuration.</summary>
public sealed class ServiceConnectTests
{
    private const string Up = "StateChanged 3, Connect ok, Config, Ip4Config, StateChanged 4";

    [Fact]
    public async Task T04_NeedSecretsIsAnsweredAsSoonAsTheNameIsOwned()
    {
        for (int i = 0; i < 20; i++)
        {
            await using TestService service = await TestService.StartAsync();
            Assert.Equal("", await service.Client.NeedSecretsAsync(Profiles.Base()));
        }
    }

    [Fact]
    public async Task T11_T13_T14_T17_NeedSecrets()
    {
        await using TestService service = await TestService.StartAsync();
        ConnectionSettings none = Profiles.Base() with { Secrets = new Dictionary<string, string>() };
        Assert.Equal("", await service.Client.NeedSecretsAsync(Profiles.Base()));
        Assert.Equal("vpn", await service.Client.NeedSecretsAsync(none));
        Assert.Equal("vpn", await service.Client.NeedSecretsAsync(none with { Secrets = new Dictionary<string, string> { ["password"] = "" } }));
        Assert.Equal("InvalidConnection", await service.Client.NeedSecretsAsync(none with { HasVpn = false }));
        Assert.Equal("BadArguments", await service.Client.NeedSecretsAsync(Profiles.Base(("connection-type", "foo"))));
        Assert.Contains("'connection-type'", service.Client.LastErrorText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task T30_T31_StartingIsSaidBeforeTheReplyAndBeforeAnyWork(bool interactive)
    {
        await using TestService service = await TestService.StartAsync();
        using var replied = new ManualResetEventSlim();
        service.Tunnels.OnCreate = _ => replied.Wait(TimeSpan.FromSeconds(10));
        Assert.Equal("ok", interactive ? await service.Client.ConnectInteractiveAsync(Profiles.Base()) : await service.Client.ConnectAsync(Profiles.Base()));
        Assert.False(service.Tunnels.HasMade);
        Assert.Equal($"name owned, StateChanged 3, {(interactive ? "ConnectInteractive" : "Connect")} ok", service.Transcript.ToString());
        replied.Set();
        await service.Tunnels.NextAsync();
    }

    [Theory]
    [InlineData("gateway", null, "LaunchFailed", "'gateway'")]
    [InlineData("user", null, "LaunchFailed", "'user'")]
    [InlineData("gateway", "--cert-warn", "BadArguments", "'gateway'")]
    [InlineData("require-mpe", "yes", "BadArguments", "'require-mppe'")]
    [InlineData("unit", "1\nplugin evil.so", "BadArguments", "'unit'")]
    public async Task T32_BadProfileIsRefusedWithItsReason(string key, string? value, string error, string named)
    {
        await using TestService service = await TestService.StartAsync();
        Assert.Equal(error, await service.Client.ConnectAsync(Profiles.Base((key, value))));
        Assert.Contains(named, service.Client.LastErrorText, StringComparison.Ordinal);
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal($"name owned, Connect {error}, StateChanged 6, name lost", await service.WholeTranscriptAsync());
        Assert.False(service.Tunnels.HasMade);
        Assert.Contains(service.Log.Lines, line => line.Level == Microsoft.Extensions.Logging.LogLevel.Warning && line.Text.Contains(named, StringComparison.Ordinal));
    }

    [Fact]
    public async Task T33_N05_SecondConnectDoesNotDisturbTheFirst()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartingAsync();
        await using TestService disposal = service;
        Assert.Equal("WrongState", await service.Client.ConnectAsync(Profiles.Base()));
        tunnel.Report(MachineDriver.Up);
        await service.Transcript.WaitForAsync("StateChanged 4");
        Assert.Equal("WrongState", await service.Client.ConnectInteractiveAsync(Profiles.Base()));
        Assert.Equal(
            "name owned, StateChanged 3, Connect ok, Connect WrongState, Config, Ip4Config, StateChanged 4, ConnectInteractive WrongState",
            service.Transcript.ToString());
        Assert.False(tunnel.Stopped.IsCompleted || service.Tunnels.HasMade);
    }

    [Fact]
    public async Task T34_ConnectAgainAfterStopped()
    {
        (TestService service, ScriptedTunnel first) = await TestService.StartedAsync(persist: true);
        await using TestService disposal = service;
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        Assert.True(first.Disposed);
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base()));
        ScriptedTunnel second = await service.Tunnels.NextAsync();
        second.Report(MachineDriver.Up);
        await service.Transcript.WaitForAsync("StateChanged 4", times: 2);
        Assert.Equal($"name owned, {Up}, StateChanged 5, StateChanged 6, Disconnect ok, {Up}", service.Transcript.ToString());
    }

    [Fact]
    public async Task T35_T36_UnreachableServer()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartingAsync();
        await using TestService disposal = service;
        tunnel.Down(new Failure(Cause.NameNotFound, "vpn.example.org"));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal("name owned, StateChanged 3, Connect ok, Failure 1, StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync());
    }

    [Fact]
    public async Task T37_SilentServerAndShortTimeout()
    {
        // The margin after vpn.timeout is real time here; the machine's own tests cover the figures.
        await using TestService service = await TestService.StartAsync();
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base() with { Timeout = 1 }));
        ScriptedTunnel tunnel = await service.Tunnels.NextAsync();
        Assert.Equal(Cause.TimedOut, (await tunnel.Stopped).Cause);
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal("name owned, StateChanged 3, Connect ok, Failure 1, StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync());
    }

    [Fact]
    public async Task T39_T40_C05_GoodConnect()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartedAsync();
        await using TestService disposal = service;
        Assert.Equal($"name owned, {Up}", service.Transcript.ToString());
        Dictionary<string, VariantValue> config = service.Client.Configs[0].Body;
        Assert.Equal(BitConverter.ToUInt32([203, 0, 113, 9]), config["gateway"].GetUInt32());
        Assert.Equal(("ppp0", 1400u, true, false), (config["tundev"].GetString(), config["mtu"].GetUInt32(), config["has-ip4"].GetBool(), config["has-ip6"].GetBool()));
        Dictionary<string, VariantValue> ip4 = service.Client.Configs[1].Body;
        Assert.Equal((BitConverter.ToUInt32([10, 0, 0, 5]), 32u, BitConverter.ToUInt32([10, 0, 0, 1])), (ip4["address"].GetUInt32(), ip4["prefix"].GetUInt32(), ip4["ptp"].GetUInt32()));
        Assert.True(tunnel.Started);
        Assert.Equal("vpn.example.org", tunnel.Options.Server.Host);
    }

    [Fact]
    public async Task T41_T43_C06_ListsRoutesAndIp6OnTheWire()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartingAsync();
        await using TestService disposal = service;
        Ip4Configuration ip4 = MachineDriver.Up.Ip4! with { Dns = [System.Net.IPAddress.Any, System.Net.IPAddress.Parse("8.8.8.8")] };
        tunnel.Report(MachineDriver.Up with { Ip4 = ip4, Ip6 = new Ip6Configuration(2, 1), ServerAddress = System.Net.IPAddress.Parse("2001:db8::9") });
        await service.Transcript.WaitForAsync("StateChanged 4");
        Assert.EndsWith("Config, Ip4Config, Ip6Config, StateChanged 4", service.Transcript.ToString(), StringComparison.Ordinal);
        uint dns = BitConverter.ToUInt32([8, 8, 8, 8]);
        Assert.Equal(System.Net.IPAddress.Parse("2001:db8::9").GetAddressBytes(), service.Client.Configs[0].Body["gateway"].GetArray<byte>());
        Assert.Equal([dns], service.Client.Configs[1].Body["dns"].GetArray<uint>());
        VariantValue routes = service.Client.Configs[1].Body["routes"];
        Assert.Equal(1, routes.Count);
        Assert.Equal([dns, 32u, 0u, 0u], routes.GetItem(0).GetArray<uint>());
        Dictionary<string, VariantValue> ip6 = service.Client.Configs[2].Body;
        Assert.Equal(System.Net.IPAddress.Parse("fe80::2").GetAddressBytes(), ip6["address"].GetArray<byte>());
        Assert.Equal((64u, true), (ip6["prefix"].GetUInt32(), ip6["never-default"].GetBool()));
    }

    [Fact]
    public async Task C09_T44_Ip6ComesLater()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartedAsync();
        await using TestService disposal = service;
        tunnel.Report(MachineDriver.Up with { Ip6 = new Ip6Configuration(2, 1) });
        await service.Transcript.WaitForAsync("Ip6Config");
        Assert.Equal($"name owned, {Up}, Config, Ip4Config, Ip6Config", service.Transcript.ToString());
    }

    [Fact]
    public async Task S23_T45_Ip4SettingsArriveInTheTunnel()
    {
        await using TestService service = await TestService.StartAsync(persist: true);
        var manual = new Ip4Settings("manual", true, System.Net.IPAddress.Parse("10.9.0.5"), 24, System.Net.IPAddress.Parse("10.9.0.1"));
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base() with { Ip4 = manual, Ip6 = new Ip6Settings("disabled"), UserName = "carol", Timeout = 90 }));
        TunnelOptions options = (await service.Tunnels.NextAsync()).Options;
        Assert.Equal(new Ip4Request.Manual(manual.Address!, manual.Gateway!, System.Net.IPAddress.Parse("255.255.255.0")), options.Ppp.Ip4);
        Assert.Equal((false, Ip6Request.Disabled), (options.Ppp.RequestDns, options.Ppp.Ip6));
        Assert.Equal(Guid.Parse("6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11"), options.CorrelationId);
        Assert.Equal(TimeSpan.FromSeconds(90), options.Timeouts.HttpReply);
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base(("user", null)) with { Ip4 = new Ip4Settings("disabled"), UserName = "carol" }));
        options = (await service.Tunnels.NextAsync()).Options;
        Assert.Equal((Ip4Request.Off, "carol"), (options.Ppp.Ip4, options.Ppp.User));
    }

    [Fact]
    public async Task T25_T26_N06_NewSecretsNobodyAskedFor()
    {
        (TestService service, _) = await TestService.StartingAsync();
        await using TestService disposal = service;
        Assert.Equal("WrongState", await service.Client.CallAsync("NewSecrets", Profiles.Base()));
    }

    [Fact]
    public async Task T22_T23_T27_WrongPasswordsAreAskedForAgain()
    {
        await using TestService service = await TestService.StartAsync();
        ConnectionSettings profile = Profiles.Base(("password-flags", "2"));
        var refused = new Failure(Cause.AuthenticationFailed, "E=691");
        Assert.Equal("ok", await service.Client.ConnectInteractiveAsync(profile.WithPassword("s3cret-0")));
        for (int i = 1; i <= 3; i++)
        {
            ScriptedTunnel wrong = await service.Tunnels.NextAsync();
            wrong.Down(refused);
            await service.Transcript.WaitForAsync("SecretsRequired password", times: i);
            Assert.Contains(refused.Sentence, service.Client.LastQuestion, StringComparison.Ordinal);
            Assert.Equal("ok", await service.Client.CallAsync("NewSecrets", profile.WithPassword($"s3cret-{i}")));
            await WipedAsync(wrong);
        }
        ScriptedTunnel last = await service.Tunnels.NextAsync();
        Assert.Equal("s3cret-3"u8.ToArray(), last.Options.Ppp.Password!.Utf8.ToArray());
        last.Down(refused);
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal(
            "name owned, StateChanged 3, ConnectInteractive ok, SecretsRequired password, NewSecrets ok, SecretsRequired password, NewSecrets ok, "
            + "SecretsRequired password, NewSecrets ok, Failure 0, StateChanged 5, StateChanged 6, name lost",
            await service.WholeTranscriptAsync());
        Assert.DoesNotContain("s3cret", string.Concat(service.Log.Lines.Select(line => line.Text)) + service.Client.LastQuestion, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T16_KeyOnAFileSystemThatDoesNotAnswer_OnlyTheReplyWaits()
    {
        using SlowKeys keys = new();
        await using TestService service = await TestService.StartAsync(persist: true, files: keys.Files);
        Task<string> question = service.Client.NeedSecretsAsync(SlowKeys.Profile);
        await keys.AskedAsync();
        Assert.Contains("<node", await service.Client.CallAsync("org.freedesktop.DBus.Introspectable", "Introspect", null), StringComparison.Ordinal);
        Assert.False(question.IsCompleted);
        keys.Answer();
        Assert.Equal("vpn", await question);
        Task<string> connect = service.Client.ConnectInteractiveAsync(SlowKeys.Profile);
        await keys.AskedAsync();
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        Assert.Equal("WrongState", await connect);
        Assert.False(service.Tunnels.HasMade);
    }

    [Fact]
    public async Task T22_T27_N04_F09_TheAnswerConnects()
    {
        await using TestService service = await TestService.StartAsync();
        ConnectionSettings profile = Profiles.Base(("password-flags", "1"));
        await service.Client.ConnectInteractiveAsync(profile.WithPassword("wrong"));
        (await service.Tunnels.NextAsync()).Down(new Failure(Cause.AuthenticationFailed));
        await service.Transcript.WaitForAsync("SecretsRequired password");
        service.Tunnels.OnCreate = tunnel => tunnel.Report(MachineDriver.Up);
        Assert.Equal("ok", await service.Client.CallAsync("NewSecrets", profile.WithPassword("right")));
        await service.Transcript.WaitForAsync("StateChanged 4");
        Assert.EndsWith("SecretsRequired password, NewSecrets ok, Config, Ip4Config, StateChanged 4", service.Transcript.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task T67_PersistentConnectionComesBack()
    {
        await using TestService service = await TestService.StartAsync();
        await service.Client.ConnectAsync(Profiles.Base() with { Persistent = true });
        ScriptedTunnel first = await service.Tunnels.NextAsync();
        first.Report(MachineDriver.Up);
        await service.Transcript.WaitForAsync("StateChanged 4");
        Assert.True(service.Client.Configs[0].Body["can-persist"].GetBool());
        first.Down(new Failure(Cause.ConnectionReset, "192.0.2.1:443"));
        ScriptedTunnel second = await service.Tunnels.NextAsync();
        Assert.True(first.Disposed);
        Assert.Equal("pw"u8.ToArray(), second.Options.Ppp.Password!.Utf8.ToArray());
        second.Report(MachineDriver.Up);
        await service.Transcript.WaitForAsync("StateChanged 4", times: 2);
        Assert.Equal($"name owned, {Up}, StateChanged 3, Config, Ip4Config, StateChanged 4", service.Transcript.ToString());
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        await WipedAsync(second);
    }

    [Fact]
    public async Task CanPersistIsOnlySaidWhereItIsMeant()
    {
        (TestService service, _) = await TestService.StartedAsync();
        await using TestService disposal = service;
        Assert.False(service.Client.Configs[0].Body.ContainsKey("can-persist"));
    }

    /// <summary>The service wipes after it has answered.</summary>
    private static async Task WipedAsync(ScriptedTunnel tunnel)
    {
        for (int i = 0; i < 500 && tunnel.Options.Ppp.Password!.Utf8.ContainsAnyExcept((byte)0); i++)
        {
            await Task.Delay(10);
        }
        Assert.False(tunnel.Options.Ppp.Password!.Utf8.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public async Task SetConfigIsSentOnAsItIs()
    {
        (TestService service, _) = await TestService.StartedAsync();
        await using TestService disposal = service;
        MessageWriter writer = service.Client.Connection.GetMessageWriter();
        writer.WriteMethodCallHeader(TestService.Name, BusNames.PluginPath, BusNames.PluginInterface, "SetIp4Config", "a{sv}");
        writer.WriteDictionary(new Dictionary<string, VariantValue> { ["address"] = 7u, ["domain"] = "corp" });
        Assert.Equal("ok", await service.Client.SendAsync("SetIp4Config", writer.CreateMessage()));
        Dictionary<string, VariantValue> body = service.Client.Configs[^1].Body;
        Assert.Equal((2, 7u, "corp"), (body.Count, body["address"].GetUInt32(), body["domain"].GetString()));
    }

    [Fact]
    public async Task T29_SecretsAreNeverInLogsOrSignals()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartingAsync(persist: true);
        await using TestService disposal = service;
        tunnel.Down(new Failure(Cause.AuthenticationFailed, "691"));
        await service.Transcript.WaitForAsync("StateChanged 6");
        ConnectionSettings secret = Profiles.Base(("proxy-password", "s3cret-proxy")) with
        {
            Secrets = new Dictionary<string, string> { ["password"] = "s3cret-pw", ["pasword"] = "s3cret-typo" },
        };
        await service.Client.NeedSecretsAsync(secret);
        Assert.Equal("BadArguments", await service.Client.ConnectAsync(secret));
        string everything = string.Join('\n', service.Log.Lines.Select(line => line.Text)) + service.Client.LastErrorText + service.Transcript;
        Assert.Contains("'pasword'", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", everything, StringComparison.Ordinal);
    }
}
