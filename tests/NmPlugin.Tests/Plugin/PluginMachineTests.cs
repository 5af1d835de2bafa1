using NmPlugin.IpConfig;
using NmPlugin.Plugin;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;
using static NmPlugin.Tests.Support.MachineDriver;

namespace NmPlugin.Tests.Plugin;

public sealed class PluginMachineTests
{
    private const string Connected = "state 3, reply, watch :1.5, start 1";

    private static MachineDriver Started(bool persist = false)
    {
        MachineDriver driver = Starting(persist);
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up));
        return driver;
    }

    private static MachineDriver Starting(bool persist = false)
    {
        var driver = new MachineDriver(persist);
        Assert.Equal(Connected, driver.Connect());
        return driver;
    }

    private static MachineDriver Stopping()
    {
        MachineDriver driver = Started();
        Assert.Equal("state 5, stop Cancelled", driver.Disconnect());
        return driver;
    }

    private static MachineDriver Stopped()
    {
        MachineDriver driver = Starting(persist: true);
        Assert.Equal("log TcpRefused, failure 1, state 5, state 6", driver.Down(Cause.TcpRefused));
        return driver;
    }

    private static MachineDriver In(VpnServiceState state)
    {
        MachineDriver driver = state switch
        {
            VpnServiceState.Init => new MachineDriver(),
            VpnServiceState.Starting => Starting(),
            VpnServiceState.Started => Started(),
            VpnServiceState.Stopping => Stopping(),
            _ => Stopped(),
        };
        Assert.Equal(state, driver.Machine.State.Service);
        return driver;
    }

    [Theory]
    [InlineData((uint)VpnServiceState.Init)]
    [InlineData((uint)VpnServiceState.Starting)]
    [InlineData((uint)VpnServiceState.Started)]
    [InlineData((uint)VpnServiceState.Stopping)]
    [InlineData((uint)VpnServiceState.Stopped)]
    public void T18_NeedSecretsInEveryStateChangesNothing(uint state)
    {
        MachineDriver driver = In((VpnServiceState)state);
        Assert.Equal("reply ''", driver.NeedSecrets());
        Assert.Equal("reply 'vpn'", driver.NeedSecrets(Profiles.Base() with { Secrets = new Dictionary<string, string>() }));
        Assert.Equal("error InvalidConnection", driver.NeedSecrets(new ConnectionSettings { HasVpn = false }));
        Assert.Equal("log BadKey, error BadArguments", driver.NeedSecrets(Profiles.Base(("connection-type", "foo"))));
        Assert.Equal(state, (uint)driver.Machine.State.Service);
    }

    [Theory]
    [InlineData((uint)VpnServiceState.Init, Connected)]
    [InlineData((uint)VpnServiceState.Starting, "error WrongState")]
    [InlineData((uint)VpnServiceState.Started, "error WrongState")]
    [InlineData((uint)VpnServiceState.Stopping, "error WrongState")]
    [InlineData((uint)VpnServiceState.Stopped, "state 3, reply, watch :1.5, start 2")]
    public void T30_T33_T34_Connect(uint state, string actions)
    {
        Assert.Equal(actions, In((VpnServiceState)state).Connect());
        Assert.Equal(actions, In((VpnServiceState)state).Connect(interactive: true));
    }

    [Theory]
    [InlineData((uint)VpnServiceState.Init)]
    [InlineData((uint)VpnServiceState.Starting)]
    [InlineData((uint)VpnServiceState.Started)]
    [InlineData((uint)VpnServiceState.Stopping)]
    [InlineData((uint)VpnServiceState.Stopped)]
    public void T25_T26_N06_NewSecretsNobodyAskedFor(uint state) => Assert.Equal("error WrongState", In((VpnServiceState)state).NewSecrets());

    [Theory]
    [InlineData((uint)VpnServiceState.Init, "state 6, reply, quit 0")]
    [InlineData((uint)VpnServiceState.Starting, "state 5, stop Cancelled")]
    [InlineData((uint)VpnServiceState.Started, "state 5, stop Cancelled")]
    [InlineData((uint)VpnServiceState.Stopping, "error StoppingInProgress")]
    [InlineData((uint)VpnServiceState.Stopped, "error AlreadyStopped")]
    public void T51_T54_Disconnect(uint state, string actions) => Assert.Equal(actions, In((VpnServiceState)state).Disconnect());

    [Fact]
    public void T51_StoppedAndReplyOnlyWhenTheTunnelIsGone()
    {
        MachineDriver driver = Stopping();
        Assert.Equal("", driver.Tunnel(new TunnelEvent.PhaseChanged(TunnelPhase.Closing)));
        Assert.Equal("state 6, reply, quit 0", driver.Down(Cause.Cancelled));
    }

    [Fact]
    public void T52_NoConfigAfterDisconnectWhileStarting()
    {
        MachineDriver driver = Starting();
        Assert.Equal("state 5, stop Cancelled", driver.Disconnect());
        Assert.Equal("", driver.Tunnel(Up));
        Assert.Equal("state 6, reply, quit 0", driver.Down(Cause.AuthenticationFailed));
    }

    [Theory]
    [InlineData("gateway", null, "log MissingKey, error LaunchFailed, state 6, quit 0")]
    [InlineData("user", null, "log MissingKey, error LaunchFailed, state 6, quit 0")]
    [InlineData("foo", "bar", "log UnknownKey, error BadArguments, state 6, quit 0")]
    [InlineData("unit", "-1", "log BadKey, error BadArguments, state 6, quit 0")]
    [InlineData("connection-type", "tls", "log MissingKey, error LaunchFailed, state 6, quit 0")]
    public void T32_BadProfileIsRefusedInTheReply(string key, string? value, string actions) =>
        Assert.Equal(actions, new MachineDriver().Connect(Profiles.Base((key, value))));

    [Fact]
    public void T14_NoVpnSetting() =>
        Assert.Equal("error InvalidConnection, state 6, quit 0", new MachineDriver().Connect(new ConnectionSettings { HasVpn = false }));

    [Fact]
    public void T32_RefusedConnectCanBeRepeatedWhenPersistent()
    {
        var driver = new MachineDriver(persist: true);
        ConnectionSettings bad = Profiles.Base(("gateway", null));
        Assert.Equal("log MissingKey, error LaunchFailed, state 6", driver.Connect(bad));
        Assert.Equal("log MissingKey, error LaunchFailed, state 6", driver.Connect(bad));
        Assert.Equal(Connected, driver.Connect());
    }

    [Fact]
    public void T21_F01_WrongPasswordIsOneFailure() =>
        Assert.Equal("log AuthenticationFailed, failure 0, state 5, state 6, quit 0", Starting().Down(Cause.AuthenticationFailed));

    [Fact]
    public void F03_F04_F05_EveryCauseGivesOneFailureWhileStarting()
    {
        foreach (CauseInfo row in CauseTable.All)
        {
            int expected = row.Kind switch { FailureKind.LoginFailed => 0, FailureKind.BadIpConfig => 2, _ => 1 };
            Assert.Equal($"log {row.Cause}, failure {expected}, state 5, state 6, quit 0", Starting().Down(row.Cause));
        }
    }

    [Theory]
    [InlineData(Cause.PeerEnded, "log PeerEnded, state 5, state 6, quit 0")]
    [InlineData(Cause.DeadPeer, "log DeadPeer, failure 1, state 5, state 6, quit 0")]
    [InlineData(Cause.LinkGone, "log LinkGone, failure 1, state 5, state 6, quit 0")]
    [InlineData(Cause.EngineDied, "log EngineDied, failure 1, state 5, state 6, quit 0")]
    public void F06_T60_T61_T62_TunnelEndsAfterStarted(Cause cause, string actions) => Assert.Equal(actions, Started().Down(cause));

    [Fact]
    public void T39_T42_C12_UpAgainIsSentAgain()
    {
        MachineDriver driver = Started();
        Assert.Equal("Config, Ip4Config", driver.Tunnel(Up));
        Assert.Equal("Config, Ip4Config, Ip6Config", driver.Tunnel(Up with { Ip6 = new Ip6Configuration(1, 2) }));
        Assert.Equal(VpnServiceState.Started, driver.Machine.State.Service);
    }

    [Fact]
    public void T42_Ip6IsLeftOutWhenTheProfileHasItDisabled()
    {
        var driver = new MachineDriver();
        driver.Connect(Profiles.Base() with { Ip6 = new Ip6Settings("disabled") });
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up with { Ip6 = new Ip6Configuration(1, 2) }));
    }

    [Fact]
    public void C03_NoUsableAddressEndsTheAttempt()
    {
        MachineDriver driver = Starting();
        Assert.Equal("log NoAddress, failure 2, state 5, stop NoAddress", driver.Tunnel(Up with { Ip4 = null }));
        Assert.Equal("state 6, quit 0", driver.Down(Cause.NoAddress));
    }

    [Theory]
    [InlineData(0u, 65)]
    [InlineData(10u, 15)]
    [InlineData(30u, 35)]
    [InlineData(120u, 125)]
    public void F08_T37_ConnectTimerFollowsTheProfile(uint timeout, int seconds)
    {
        var driver = new MachineDriver();
        driver.Connect(Profiles.Base() with { Timeout = timeout });
        Assert.Equal(TimeSpan.FromSeconds(seconds), driver.Machine.Deadline);
        driver.Now = TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1);
        Assert.Equal("", driver.Tick());
        driver.Now = TimeSpan.FromSeconds(seconds);
        Assert.Equal("log TimedOut, failure 1, state 5, stop TimedOut", driver.Tick());
        Assert.Equal("state 6, quit 0", driver.Down(Cause.TimedOut));
    }

    [Fact]
    public void NoTimerRunsOnceStarted() => Assert.Null(Started().Machine.Deadline);

    [Fact]
    public void N15_TunnelThatNeverClosesEndsWithTheProcess()
    {
        MachineDriver driver = Stopping();
        driver.Now = driver.Machine.Deadline!.Value;
        Assert.Equal("quit 1", driver.Tick());
    }

    [Theory]
    [InlineData((uint)VpnServiceState.Init, "state 6, quit 0", "")]
    [InlineData((uint)VpnServiceState.Starting, "state 5, stop ShuttingDown", "state 6, quit 0")]
    [InlineData((uint)VpnServiceState.Started, "state 5, stop ShuttingDown", "state 6, quit 0")]
    [InlineData((uint)VpnServiceState.Stopping, "", "state 6, reply, quit 0")]
    [InlineData((uint)VpnServiceState.Stopped, "quit 0", "")]
    public void T64_N13_Terminate(uint state, string actions, string whenDown)
    {
        MachineDriver driver = In((VpnServiceState)state);
        Assert.Equal(actions, driver.Step(new PluginEvent.TerminateRequested()));
        if (whenDown.Length > 0)
        {
            Assert.Equal(whenDown, driver.Down(Cause.Cancelled));
        }
    }

    [Theory]
    [InlineData((uint)VpnServiceState.Init, "state 6, quit 0", "")]
    [InlineData((uint)VpnServiceState.Starting, "state 5, stop Cancelled", "state 6, quit 0")]
    [InlineData((uint)VpnServiceState.Started, "state 5, stop Cancelled", "state 6, quit 0")]
    [InlineData((uint)VpnServiceState.Stopping, "", "state 6, reply, quit 0")]
    [InlineData((uint)VpnServiceState.Stopped, "", "")]
    public void T57_T59_N09_PeerGone(uint state, string actions, string whenDown)
    {
        MachineDriver driver = In((VpnServiceState)state);
        Assert.Equal(actions, driver.Step(new PluginEvent.PeerGone(":1.5")));
        if (whenDown.Length > 0)
        {
            Assert.Equal(whenDown, driver.Down(Cause.Cancelled));
        }
    }

    [Theory]
    [InlineData((uint)VpnServiceState.Init, "state 6, quit 1", "")]
    [InlineData((uint)VpnServiceState.Started, "state 5, stop ShuttingDown", "state 6, quit 1")]
    [InlineData((uint)VpnServiceState.Stopping, "", "state 6, reply, quit 1")]
    [InlineData((uint)VpnServiceState.Stopped, "quit 1", "")]
    public void T08_BusLost(uint state, string actions, string whenDown)
    {
        MachineDriver driver = In((VpnServiceState)state);
        Assert.Equal(actions, driver.Step(new PluginEvent.BusLost()));
        if (whenDown.Length > 0)
        {
            Assert.Equal(whenDown, driver.Down(Cause.Cancelled));
        }
    }

    [Fact]
    public void T58_N10_PersistentServiceStopsTheTunnelOfALostPeerAndStays()
    {
        MachineDriver driver = Started(persist: true);
        Assert.Equal("state 5, stop Cancelled", driver.Step(new PluginEvent.PeerGone(":1.5")));
        Assert.Equal("state 6", driver.Down(Cause.Cancelled));
        Assert.Equal("state 3, reply, watch :1.5, start 2", driver.Connect());
    }

    [Fact]
    public void EventsOfAnEarlierTunnelAreIgnored()
    {
        MachineDriver driver = Stopped();
        driver.Connect();
        Assert.Equal("", driver.Tunnel(Up, attempt: 1));
        Assert.Equal("", driver.Down(Cause.TcpRefused, attempt: 1));
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up, attempt: 2));
    }

    [Fact]
    public void UnusedServiceEndsButNotDuringAPrompt()
    {
        var driver = new MachineDriver();
        Assert.Equal(TimeSpan.FromSeconds(180), driver.Machine.Deadline);
        driver.Now = TimeSpan.FromSeconds(100);
        driver.NeedSecrets(Profiles.Base() with { Timeout = 120 });
        driver.Now = TimeSpan.FromSeconds(100 + 120 + 180);
        Assert.Equal("", driver.Tick());
        driver.Now = driver.Machine.Deadline!.Value;
        Assert.Equal("state 6, quit 0", driver.Tick());
        Assert.Null(new MachineDriver(persist: true).Machine.Deadline);
    }

    [Theory]
    [InlineData((uint)VpnServiceState.Init, "error WrongState", "error WrongState")]
    [InlineData((uint)VpnServiceState.Starting, "Ip4Config, reply", "reply, failure 2, state 5, stop Cancelled")]
    [InlineData((uint)VpnServiceState.Started, "Ip4Config, reply", "reply, failure 2, state 5, stop Cancelled")]
    [InlineData((uint)VpnServiceState.Stopping, "error WrongState", "error WrongState")]
    [InlineData((uint)VpnServiceState.Stopped, "error WrongState", "error WrongState")]
    public void SetConfigAndSetFailure(uint state, string config, string failure)
    {
        MachineDriver driver = In((VpnServiceState)state);
        Assert.Equal(config, driver.Step(new PluginEvent.SetConfigCalled(new FakeCall(), ConfigSignal.Ip4Config, new ConfigDictionary())));
        Assert.Equal(state, (uint)driver.Machine.State.Service);
        Assert.Equal(failure, driver.Step(new PluginEvent.SetFailureCalled(new FakeCall())));
    }
}
