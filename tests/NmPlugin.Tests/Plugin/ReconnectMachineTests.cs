using NmPlugin.Plugin;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using TunnelCore.Diagnostics;
using static NmPlugin.Tests.Support.MachineDriver;

namespace NmPlugin.Tests.Plugin;

/// <summary>A persistent connection whose tunnel is lost.</summary>
public sealed class ReconnectMachineTests
{
    private static ConnectionSettings Profile(params (string Key, string? Value)[] changes) => Profiles.Base(changes) with { Persistent = true };

    private static MachineDriver Started(params (string Key, string? Value)[] changes)
    {
        var driver = new MachineDriver();
        driver.Connect(Profile(changes), interactive: true);
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up));
        return driver;
    }

    private static MachineDriver Waiting(params (string Key, string? Value)[] changes)
    {
        MachineDriver driver = Started(changes);
        Assert.Equal("log ConnectionReset, state 3", driver.Down(Cause.ConnectionReset));
        return driver;
    }

    [Fact]
    public void T67_TheTunnelIsMadeAgain()
    {
        MachineDriver driver = Waiting();
        TimeSpan lost = driver.Now;
        Assert.InRange(driver.Machine.Deadline!.Value - lost, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1.26));
        Assert.Equal("again 2", driver.TickAtDeadline());
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up, attempt: 2));
        Assert.Null(driver.Machine.Deadline);
        Assert.Equal("log DeadPeer, state 3", driver.Down(Cause.DeadPeer, attempt: 2));
    }

    [Fact]
    public void T67_TheInterfaceGetsItsOldName()
    {
        MachineDriver driver = Waiting();
        driver.TickAtDeadline();
        Assert.Equal(0, driver.Running!.Tunnel.Ppp.Unit);
        driver = Waiting(("unit", "7"));
        driver.TickAtDeadline();
        Assert.Equal(7, driver.Running!.Tunnel.Ppp.Unit);
    }

    [Fact]
    public void TheWaitsGrowAndTheSentenceIsSaidOnce()
    {
        MachineDriver driver = Waiting();
        int[] seconds = [1, 2, 4, 8, 16, 30, 30, 30];
        for (int i = 0; i < seconds.Length; i++)
        {
            TimeSpan wait = driver.Machine.Deadline!.Value - driver.Now;
            Assert.InRange(wait.TotalSeconds, seconds[i], seconds[i] * 1.26);
            Assert.Equal($"again {i + 2}", driver.TickAtDeadline());
            Assert.Equal(i == 0 ? "log TcpRefused" : "", driver.Down(Cause.TcpRefused, attempt: i + 2));
            Assert.Equal(VpnServiceState.Starting, driver.Machine.State.Service);
        }
        driver.TickAtDeadline();
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up, attempt: seconds.Length + 2));
        driver.Down(Cause.TcpRefused, attempt: seconds.Length + 2);
        Assert.InRange((driver.Machine.Deadline!.Value - driver.Now).TotalSeconds, 1, 1.26);
    }

    [Fact]
    public void T69_GivesUpWithTheLastCause()
    {
        MachineDriver driver = Waiting(("reconnect-timeout", "20"));
        int attempt = 1;
        string said;
        while ((said = driver.TickAtDeadline()).StartsWith("again", StringComparison.Ordinal))
        {
            attempt++;
            driver.Down(Cause.TcpTimeout, attempt: attempt);
        }
        Assert.Equal("log TcpTimeout, failure 1, state 5, state 6, quit 0", said);
        Assert.InRange(driver.Now.TotalSeconds, 20, 20.1);
        Assert.InRange(attempt, 4, 6);
    }

    [Fact]
    public void T69_AServerThatSaidGoodbyeIsAFailureInTheEnd()
    {
        MachineDriver driver = Started(("reconnect-timeout", "1"));
        Assert.Equal("log PeerEnded, state 3", driver.Down(Cause.PeerEnded));
        Assert.Equal("log PeerEnded, failure 1, state 5, state 6, quit 0", driver.TickAtDeadline());
    }

    [Fact]
    public void T70_WrongPasswordOnReconnect()
    {
        MachineDriver driver = Waiting(("password-flags", "1"));
        driver.TickAtDeadline();
        Assert.Equal("log AuthenticationFailed, failure 0, state 5, state 6, quit 0", driver.Down(Cause.AuthenticationFailed, attempt: 2));
    }

    [Theory]
    [InlineData(false, "600", null)]
    [InlineData(true, "0", null)]
    [InlineData(true, "600", "2")]
    public void T66_WithoutReconnectTheLossIsTheEnd(bool persistent, string timeout, string? otp)
    {
        var driver = new MachineDriver();
        ConnectionSettings connection = Profiles.Base(("reconnect-timeout", timeout), ("otp-flags", otp)) with
        {
            Persistent = persistent,
            Secrets = new Dictionary<string, string> { ["password"] = "pw", ["otp"] = "1" },
        };
        driver.Connect(connection);
        driver.Tunnel(Up);
        Assert.Equal("log ConnectionReset, failure 1, state 5, state 6, quit 0", driver.Down(Cause.ConnectionReset));
    }

    [Fact]
    public void TheFirstConnectIsNotRepeated()
    {
        var driver = new MachineDriver();
        driver.Connect(Profile());
        Assert.Equal("log TcpRefused, failure 1, state 5, state 6, quit 0", driver.Down(Cause.TcpRefused));
    }

    [Theory]
    [InlineData(Cause.NoPppDevice)]
    [InlineData(Cause.EngineMissing)]
    [InlineData(Cause.MppeFailed)]
    [InlineData(Cause.AccountRefused)]
    [InlineData(Cause.InternalError)]
    public void WhatWouldOnlyHappenAgainIsTheEnd(Cause cause) =>
        Assert.EndsWith("state 5, state 6, quit 0", Started().Down(cause), StringComparison.Ordinal);

    [Theory]
    [InlineData(Cause.NameNotFound)]
    [InlineData(Cause.TcpUnreachable)]
    [InlineData(Cause.CertificateUnknownIssuer)]
    [InlineData(Cause.HttpUnavailable)]
    [InlineData(Cause.LinkGone)]
    [InlineData(Cause.EngineDied)]
    [InlineData(Cause.GreBlocked)]
    public void WhatMayPassIsTriedAgain(Cause cause) => Assert.Equal($"log {cause}, state 3", Started().Down(cause));

    [Fact]
    public void ANewNetworkIsTriedAtOnce()
    {
        MachineDriver driver = Waiting();
        for (int attempt = 2; attempt < 6; attempt++)
        {
            driver.TickAtDeadline();
            driver.Down(Cause.TcpUnreachable, attempt: attempt);
        }
        Assert.True(driver.Machine.Deadline > driver.Now + TimeSpan.FromSeconds(10));
        Assert.Equal("", driver.NetworkChanged());
        Assert.Equal(driver.Now + TimeSpan.FromSeconds(1), driver.Machine.Deadline);
        driver.Now += TimeSpan.FromSeconds(0.5);
        driver.NetworkChanged();
        Assert.Equal(driver.Now + TimeSpan.FromSeconds(0.5), driver.Machine.Deadline);
    }

    [Fact]
    public void AChangeOfTheNetworkElsewhereChangesNothing()
    {
        Assert.Equal("", Started().NetworkChanged());
        Assert.Equal("", new MachineDriver().NetworkChanged());
    }

    [Fact]
    public void AnAttemptThatHangsIsCut()
    {
        MachineDriver driver = Waiting();
        driver.TickAtDeadline();
        Assert.Equal(driver.Now + TimeSpan.FromSeconds(60), driver.Machine.Deadline);
        Assert.Equal("stop TimedOut", driver.TickAtDeadline());
        Assert.Equal("log TimedOut", driver.Down(Cause.TimedOut, attempt: 2));
        Assert.Equal("again 3", driver.TickAtDeadline());
        driver.TickAtDeadline();
        Assert.Equal("quit 1", driver.TickAtDeadline());
    }

    [Theory]
    [InlineData("down", "state 5, state 6, reply, quit 0")]
    [InlineData("terminate", "state 5, state 6, quit 0")]
    [InlineData("peer", "state 5, state 6, quit 0")]
    [InlineData("bus", "state 5, state 6, quit 1")]
    [InlineData("connect", "error WrongState")]
    [InlineData("secrets", "error WrongState")]
    public void T52_WhatHappensWhileItWaits(string what, string actions)
    {
        MachineDriver driver = Waiting();
        Assert.Equal(actions, what switch
        {
            "down" => driver.Disconnect(),
            "terminate" => driver.Step(new PluginEvent.TerminateRequested()),
            "peer" => driver.Step(new PluginEvent.PeerGone("org.freedesktop.NetworkManager")),
            "bus" => driver.Step(new PluginEvent.BusLost()),
            "connect" => driver.Connect(),
            _ => driver.NewSecrets(),
        });
        Assert.Equal(actions.StartsWith("error", StringComparison.Ordinal) ? 0 : 1, driver.Forgotten.Count);
    }

    [Fact]
    public void T52_DownDuringAnAttemptToReconnect()
    {
        MachineDriver driver = Waiting();
        driver.TickAtDeadline();
        Assert.Equal("state 5, stop Cancelled", driver.Disconnect());
        Assert.Equal("", driver.Tunnel(Up, attempt: 2));
        Assert.Equal("state 6, reply, quit 0", driver.Down(Cause.Cancelled, attempt: 2));
    }

    [Fact]
    public void SecretsAreKeptForTheNextAttemptAndWipedAtTheEnd()
    {
        MachineDriver driver = Waiting();
        driver.TickAtDeadline();
        Assert.Empty(driver.Forgotten);
        Assert.Equal("pw"u8.ToArray(), driver.Running!.Tunnel.Ppp.Password!.Utf8.ToArray());
        driver.Down(Cause.AccountRefused, attempt: 2);
        Assert.Same(driver.Running.Tunnel.Ppp.Password, Assert.Single(driver.Forgotten).Tunnel.Ppp.Password);
    }
}
