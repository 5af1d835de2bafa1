using NmPlugin.Bus;
using NmPlugin.Tests.Support;
using Tmds.DBus.Protocol;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Tests.Service;

/// <summary>The service on a real bus: every way in which it ends.</summary>
public sealed class ServiceEndTests
{
    private const string Starting = "name owned, StateChanged 3, Connect ok";
    private const string Started = $"{Starting}, Config, Ip4Config, StateChanged 4";

    [Theory]
    [InlineData(Cause.AuthenticationFailed, 0)]
    [InlineData(Cause.TcpRefused, 1)]
    [InlineData(Cause.MppeFailed, 1)]
    [InlineData(Cause.NoPppDevice, 1)]
    [InlineData(Cause.EngineOptions, 1)]
    [InlineData(Cause.NoAddress, 2)]
    [InlineData(Cause.PeerEnded, 1)]
    public async Task T21_F01_F05_OneFailure(Cause cause, int failure)
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartingAsync();
        await using TestService disposal = service;
        tunnel.Down(new Failure(cause, "detail"));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal($"{Starting}, Failure {failure}, StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync());
        string sentence = new Failure(cause, "detail").Sentence;
        Assert.Contains(service.Log.Lines, line => line.Level == Microsoft.Extensions.Logging.LogLevel.Warning && line.Text.Contains(sentence, StringComparison.Ordinal));
        Assert.True(tunnel.Disposed);
        Assert.Equal(new byte[2], tunnel.Options.Ppp.Password!.Utf8.ToArray());
    }

    [Fact]
    public async Task T51_N08_DisconnectWaitsForTheTunnelToBeGone()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartedAsync(stopByThemselves: false);
        await using TestService disposal = service;
        Task<string> disconnect = service.Client.CallAsync("Disconnect");
        Assert.Equal(Cause.Cancelled, (await tunnel.Stopped).Cause);
        await service.Transcript.WaitForAsync("StateChanged 5");
        Assert.Equal("StoppingInProgress", await service.Client.CallAsync("Disconnect"));
        Assert.Equal("WrongState", await service.Client.ConnectAsync(Profiles.Base()));
        Assert.False(disconnect.IsCompleted);
        tunnel.Report(MachineDriver.Up);
        tunnel.Down(new Failure(Cause.Cancelled));
        Assert.Equal("ok", await disconnect);
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal(
            $"{Started}, StateChanged 5, Disconnect StoppingInProgress, Connect WrongState, StateChanged 6, Disconnect ok, name lost",
            await service.WholeTranscriptAsync());
    }

    [Fact]
    public async Task T52_DisconnectWhileStarting()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartingAsync();
        await using TestService disposal = service;
        tunnel.Report(new TunnelEvent.PhaseChanged(TunnelPhase.Authenticating));
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal($"{Starting}, StateChanged 5, StateChanged 6, Disconnect ok, name lost", await service.WholeTranscriptAsync());
    }

    [Fact]
    public async Task T53_N07_DisconnectBeforeConnect()
    {
        await using TestService service = await TestService.StartAsync();
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal("name owned, StateChanged 6, Disconnect ok, name lost", await service.WholeTranscriptAsync());
    }

    [Fact]
    public async Task T54_DisconnectWhenStopped()
    {
        (TestService service, _) = await TestService.StartedAsync(persist: true);
        await using TestService disposal = service;
        Assert.Equal("ok", await service.Client.CallAsync("Disconnect"));
        Assert.Equal("AlreadyStopped", await service.Client.CallAsync("Disconnect"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task T57_T58_NetworkManagerLeavesTheBus(bool started)
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        using var networkManager = new DBusConnection(bus.Address);
        await networkManager.ConnectAsync();
        await networkManager.RequestNameAsync(BusNames.NetworkManager, RequestNameOptions.None);
        await using var service = await ForeignService.StartAsync(bus);
        if (started)
        {
            Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base()));
            (await service.Tunnels.NextAsync()).Report(MachineDriver.Up);
            await service.Client.Transcript.WaitForAsync("StateChanged 4");
        }
        networkManager.Dispose();
        Assert.Equal(0, await service.Exit.WaitAsync(TimeSpan.FromSeconds(20)));
        await service.Client.Transcript.WaitForAsync("name lost");
        Assert.Equal(started ? $"{Started}, StateChanged 5, StateChanged 6, name lost" : "name owned, StateChanged 6, name lost", service.Client.Transcript.ToString());
    }

    [Fact]
    public async Task NetworkManagerThatComesLaterIsNoLoss()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        await using var service = await ForeignService.StartAsync(bus);
        using var networkManager = new DBusConnection(bus.Address);
        await networkManager.ConnectAsync();
        await networkManager.RequestNameAsync(BusNames.NetworkManager, RequestNameOptions.None);
        Assert.Equal("", await service.Client.NeedSecretsAsync(Profiles.Base()));
        networkManager.Dispose();
        Assert.Equal(0, await service.Exit.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task T57_N09_CallerOfConnectLeavesTheBus()
    {
        await using TestService service = await TestService.StartAsync();
        using (BusClient caller = await BusClient.ConnectAsync(service.Bus.Address, TestService.Name))
        {
            Assert.Equal("ok", await caller.ConnectAsync(Profiles.Base()));
            (await service.Tunnels.NextAsync()).Report(MachineDriver.Up);
            await service.Transcript.WaitForAsync("StateChanged 4");
        }
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal("name owned, StateChanged 3, Config, Ip4Config, StateChanged 4, StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync());
    }

    [Fact]
    public async Task CallerThatOnlyAskedForSecretsMayLeave()
    {
        await using TestService service = await TestService.StartAsync();
        using (BusClient caller = await BusClient.ConnectAsync(service.Bus.Address, TestService.Name))
        {
            Assert.Equal("", await caller.NeedSecretsAsync(Profiles.Base()));
        }
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base()));
    }

    [Theory]
    [InlineData(Cause.EngineDied, "Failure 1, ")]
    [InlineData(Cause.LinkGone, "Failure 1, ")]
    [InlineData(Cause.DeadPeer, "Failure 1, ")]
    [InlineData(Cause.ConnectionReset, "Failure 1, ")]
    [InlineData(Cause.PeerEnded, "")]
    public async Task T60_T61_T62_F06_TunnelEndsAfterStarted(Cause cause, string failure)
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartedAsync();
        await using TestService disposal = service;
        tunnel.Down(new Failure(cause));
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal($"{Started}, {failure}StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync());
    }

    [Fact]
    public async Task T63_N16_TwoHundredFailuresAllArriveInOrder()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync();
        for (int i = 0; i < 200; i++)
        {
            await using var service = await ForeignService.StartAsync(bus);
            bool refused = i % 4 == 3;
            string expected;
            if (refused)
            {
                Assert.Equal("LaunchFailed", await service.Client.ConnectAsync(Profiles.Base(("gateway", null))));
                expected = "name owned, Connect LaunchFailed, StateChanged 6, name lost";
            }
            else
            {
                service.Tunnels.OnCreate = tunnel => tunnel.Down(new Failure(Cause.AuthenticationFailed));
                Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base()));
                expected = $"{Starting}, Failure 0, StateChanged 5, StateChanged 6, name lost";
            }
            Assert.Equal(0, await service.Exit.WaitAsync(TimeSpan.FromSeconds(20)));
            await service.Client.Transcript.WaitForAsync("name lost");
            Assert.Equal((i, expected), (i, service.Client.Transcript.ToString()));
            // Nobody waits for what the service has asked the bus when it ends at once: no reason to complain in the journal.
            Assert.DoesNotContain(service.Log.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
        }
    }

    [Theory]
    [InlineData(0, "name owned, StateChanged 6, name lost")]
    [InlineData(3, $"{Starting}, StateChanged 5, StateChanged 6, name lost")]
    [InlineData(4, $"{Started}, StateChanged 5, StateChanged 6, name lost")]
    public async Task T64_N13_Terminate(int state, string transcript)
    {
        TestService service = state switch
        {
            0 => await TestService.StartAsync(),
            3 => (await TestService.StartingAsync()).Service,
            _ => (await TestService.StartedAsync()).Service,
        };
        await using TestService disposal = service;
        service.Terminate();
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal(transcript, await service.WholeTranscriptAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task T08_BusCloses(int state)
    {
        ScriptedTunnel? tunnel = null;
        TestService service;
        if (state == 0)
        {
            service = await TestService.StartAsync();
        }
        else
        {
            (service, tunnel) = await TestService.StartedAsync();
        }
        await using TestService disposal = service;
        service.Bus.Kill();
        Assert.Equal(1, await service.ExitedAsync());
        Assert.True(tunnel is null || tunnel.Disposed);
    }

    [Fact]
    public async Task N15_TunnelThatNeverClosesEndsWithTheProcess()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartedAsync(stopByThemselves: false);
        await using TestService disposal = service;
        _ = service.Client.CallAsync("Disconnect");
        await tunnel.Stopped;
        Assert.Equal(1, await service.ExitedAsync());
        Assert.DoesNotContain("StateChanged 6", await service.WholeTranscriptAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task TunnelWithABugStillGivesOneFailure(int kind)
    {
        await using TestService service = await TestService.StartAsync();
        if (kind == 0)
        {
            service.Tunnels.Error = new InvalidOperationException("no tunnel today");
        }
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base()));
        if (kind > 0)
        {
            (await service.Tunnels.NextAsync()).Break(kind == 1 ? null : new TunnelException(Cause.EngineDied, "boom"));
        }
        Assert.Equal(0, await service.ExitedAsync());
        Assert.Equal($"{Starting}, Failure 1, StateChanged 5, StateChanged 6, name lost", await service.WholeTranscriptAsync());
    }
}
