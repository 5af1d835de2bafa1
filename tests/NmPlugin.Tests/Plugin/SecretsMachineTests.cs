using NmPlugin.Plugin;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;
using static NmPlugin.Tests.Support.MachineDriver;

namespace NmPlugin.Tests.Plugin;

/// <summary>Wrong secrets and who may be asked for others.</summary>
public sealed class SecretsMachineTests
{
    private const string Ended = "log AuthenticationFailed, failure 0, state 5, state 6, quit 0";
    private const string Asked = "log AuthenticationFailed, ask password";

    private static ConnectionSettings Profile(string password, string flags = "1") => Profiles.Base(("password-flags", flags)).WithPassword(password);

    private static MachineDriver Asking(string flags = "1")
    {
        var driver = new MachineDriver();
        driver.Connect(Profile("first", flags), interactive: true);
        Assert.Equal(Asked, driver.Down(Cause.AuthenticationFailed));
        Assert.Equal(VpnServiceState.Starting, driver.Machine.State.Service);
        return driver;
    }

    private static string Password(MachineDriver driver) => System.Text.Encoding.UTF8.GetString(driver.Running!.Tunnel.Ppp.Password!.Utf8);

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    public void F09_T22_T27_WrongPasswordIsAskedForAgain(string flags)
    {
        MachineDriver driver = Asking(flags);
        Assert.Equal("reply, watch :1.5, start 2", driver.NewSecrets(Profile("second", flags)));
        Assert.Equal("second", Password(driver));
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up, attempt: 2));
    }

    [Fact]
    public void T23_ThreeWrongAnswers()
    {
        MachineDriver driver = Asking();
        for (int i = 2; i <= 3; i++)
        {
            Assert.Equal($"reply, watch :1.5, start {i}", driver.NewSecrets(Profile($"wrong {i}")));
            Assert.Equal(Asked, driver.Down(Cause.AuthenticationFailed, attempt: i));
        }
        Assert.Equal("reply, watch :1.5, start 4", driver.NewSecrets(Profile("wrong 4")));
        Assert.Equal(Ended, driver.Down(Cause.AuthenticationFailed, attempt: 4));
    }

    [Fact]
    public void T24_NobodyAnswersAndNetworkManagerDisconnects() => Assert.Equal("state 5, state 6, reply, quit 0", Asking().Disconnect());

    [Theory]
    [InlineData(false, "1")]
    [InlineData(false, "0")]
    [InlineData(true, "0")]
    [InlineData(true, "4")]
    public void T21_NotAskedWhereNobodyCouldAnswer(bool interactive, string flags)
    {
        var driver = new MachineDriver();
        driver.Connect(Profile("wrong", flags), interactive);
        Assert.Equal(Ended, driver.Down(Cause.AuthenticationFailed));
    }

    [Fact]
    public void AnAgentThatGaveThePasswordCanGiveAnother()
    {
        var driver = new MachineDriver();
        Assert.Equal("reply 'vpn'", driver.NeedSecrets(Profiles.Base().WithPassword(null)));
        driver.Connect(Profile("first", "0"), interactive: true);
        Assert.Equal(Asked, driver.Down(Cause.AuthenticationFailed));
    }

    [Theory]
    [InlineData(Cause.AccountRefused)]
    [InlineData(Cause.AuthenticationMethod)]
    [InlineData(Cause.PeerNotAuthenticated)]
    [InlineData(Cause.TcpRefused)]
    [InlineData(Cause.PeerEnded)]
    public void AnotherPasswordWouldNotHelp(Cause cause)
    {
        var driver = new MachineDriver();
        driver.Connect(Profile("first"), interactive: true);
        Assert.EndsWith("state 5, state 6, quit 0", driver.Down(cause), StringComparison.Ordinal);
    }

    [Fact]
    public void NotAskedOnceTheTunnelWasUp()
    {
        var driver = new MachineDriver();
        driver.Connect(Profile("first"), interactive: true);
        driver.Tunnel(Up);
        Assert.Equal(Ended, driver.Down(Cause.AuthenticationFailed));
    }

    [Fact]
    public void TheSamePasswordIsNotSentAgain()
    {
        MachineDriver driver = Asking();
        Assert.Equal($"reply, {Asked}", driver.NewSecrets(Profile("first")));
        Assert.Equal($"reply, {Asked}", driver.NewSecrets(Profile("first")));
        Assert.Equal("reply, failure 0, state 5, state 6, quit 0", driver.NewSecrets(Profile("first")));
        Assert.Single(driver.Forgotten);
    }

    [Fact]
    public void AnAnswerWithoutAPasswordIsAskedForAgain()
    {
        MachineDriver driver = Asking();
        Assert.Equal($"log NoPassword, reply, {Asked}", driver.NewSecrets(Profile("")));
        Assert.Equal("reply, watch :1.5, start 2", driver.NewSecrets(Profile("second")));
    }

    [Fact]
    public void APasswordThatIsNotRequiredAfterAll()
    {
        var driver = new MachineDriver();
        driver.Connect(Profile("", "5"), interactive: true);
        Assert.Null(driver.Running!.Tunnel.Ppp.Password);
        Assert.Equal("log NoPassword, ask password", driver.Down(Cause.NoPassword));
        Assert.Equal("reply, watch :1.5, start 2", driver.NewSecrets(Profile("second", "5")));
    }

    [Fact]
    public void AnAnswerWithABrokenProfileEndsIt() =>
        Assert.Equal(
            "log UnknownKey, error BadArguments, failure 1, state 5, state 6, quit 0",
            Asking().NewSecrets(Profiles.Base(("foo", "bar")).WithPassword("second")));

    [Fact]
    public void T25_NewSecretsOnlyOncePerQuestion()
    {
        MachineDriver driver = Asking();
        driver.NewSecrets(Profile("second"));
        Assert.Equal("error WrongState", driver.NewSecrets(Profile("third")));
        Assert.Equal("Config, Ip4Config, state 4", driver.Tunnel(Up, attempt: 2));
    }

    [Fact]
    public void ThePromptHasItsOwnTime()
    {
        MachineDriver driver = Asking();
        Assert.True(driver.Machine.Deadline >= TimeSpan.FromSeconds(60 + 180));
        driver.Now = TimeSpan.FromSeconds(200);
        Assert.Equal("", driver.Tick());
        Assert.Equal("reply, watch :1.5, start 2", driver.NewSecrets(Profile("second")));
        Assert.Equal(TimeSpan.FromSeconds(200 + 65), driver.Machine.Deadline);
        driver = Asking();
        Assert.Equal("failure 0, state 5, state 6, quit 0", driver.TickAtDeadline());
    }

    [Theory]
    [InlineData("terminate", "state 5, state 6, quit 0")]
    [InlineData("peer", "state 5, state 6, quit 0")]
    [InlineData("bus", "state 5, state 6, quit 1")]
    [InlineData("connect", "error WrongState")]
    [InlineData("config", "error WrongState")]
    public void WhatElseHappensDuringAPrompt(string what, string actions)
    {
        MachineDriver driver = Asking();
        Assert.Equal(actions, what switch
        {
            "terminate" => driver.Step(new PluginEvent.TerminateRequested()),
            "peer" => driver.Step(new PluginEvent.PeerGone(":1.5")),
            "bus" => driver.Step(new PluginEvent.BusLost()),
            "connect" => driver.Connect(),
            _ => driver.Step(new PluginEvent.SetFailureCalled(new FakeCall())),
        });
    }

    [Fact]
    public void SecretsAreWipedOnceTheyAreOfNoUse()
    {
        MachineDriver driver = Asking();
        VpnProfile first = driver.Running!;
        Assert.Empty(driver.Forgotten);
        driver.NewSecrets(Profile("second"));
        Assert.Equal([first], driver.Forgotten);
        driver.Tunnel(Up, attempt: 2);
        Assert.Single(driver.Forgotten);
        driver.Disconnect();
        Assert.Single(driver.Forgotten);
        driver.Down(Cause.Cancelled, attempt: 2);
        Assert.Equal([first, driver.Running!], driver.Forgotten);
    }

    [Fact]
    public void T28_OneTimeCode()
    {
        ConnectionSettings profile = Profiles.Base(("otp-flags", "2"));
        ConnectionSettings With(string code) => profile with { Secrets = new Dictionary<string, string> { ["password"] = "pw", ["otp"] = code } };
        var driver = new MachineDriver();
        Assert.Equal("reply 'vpn'", driver.NeedSecrets(profile));
        Assert.Equal("reply ''", driver.NeedSecrets(With("111")));
        driver.Connect(With("111"), interactive: true);
        Assert.Equal("pw111", Password(driver));
        Assert.Equal("log AuthenticationFailed, ask password+otp", driver.Down(Cause.AuthenticationFailed));
        Assert.Equal("reply, watch :1.5, start 2", driver.NewSecrets(With("222")));
        Assert.Equal("pw222", Password(driver));
    }

    [Fact]
    public void T28_ACodeInsteadOfAPassword()
    {
        ConnectionSettings profile = Profiles.Base(("otp-flags", "2"), ("password-flags", "4"))
            with { Secrets = new Dictionary<string, string> { ["otp"] = "333" } };
        var driver = new MachineDriver();
        Assert.Equal("reply ''", driver.NeedSecrets(profile));
        driver.Connect(profile, interactive: true);
        Assert.Equal("333", Password(driver));
    }

    [Fact]
    public void T28_ACodeWithoutOtpFlagsIsNotUsed()
    {
        var driver = new MachineDriver();
        driver.Connect(Profiles.Base() with { Secrets = new Dictionary<string, string> { ["password"] = "pw", ["otp"] = "444" } });
        Assert.Equal("pw", Password(driver));
    }

    [Theory]
    [InlineData(Cause.ProxyCredentialsRefused, "proxy-password")]
    [InlineData(Cause.ProxyNoCredentials, "proxy-password")]
    [InlineData(Cause.AuthenticationFailed, "password")]
    public void T22_OnlyTheSecretThatWasRefusedIsAskedFor(Cause cause, string asked)
    {
        ConnectionSettings profile = Profiles.Base(
            ("password-flags", "1"), ("proxy-server", "p"), ("proxy-port", "3128"), ("proxy-user", "u"), ("proxy-password-flags", "1"));
        ConnectionSettings With(string proxy, string password) =>
            profile with { Secrets = new Dictionary<string, string> { ["password"] = password, ["proxy-password"] = proxy } };
        var driver = new MachineDriver();
        driver.Connect(With("a", "b"), interactive: true);
        Assert.Equal($"log {cause}, ask {asked}", driver.Down(cause));
        Assert.Equal("reply, watch :1.5, start 2", driver.NewSecrets(asked == "password" ? With("a", "c") : With("c", "b")));
        Assert.Equal("c", asked == "password" ? Password(driver) : System.Text.Encoding.UTF8.GetString(driver.Running!.Tunnel.Proxy!.Password!.Utf8));
    }

    [Fact]
    public void T22_AKeysPassphraseIsAskedForAgain()
    {
        ConnectionSettings profile = Profiles.Base(
            ("connection-type", "tls"), ("tls-user-cert", "/c.pem"), ("tls-user-key", "/k.pem"), ("tls-user-key-secret-flags", "1"))
            with { UserKey = TunnelCore.Net.KeyProtection.Encrypted };
        ConnectionSettings With(string passphrase) => profile with { Secrets = new Dictionary<string, string> { ["tls-user-key-secret"] = passphrase } };
        var driver = new MachineDriver();
        driver.Connect(With("wrong"), interactive: true);
        Assert.Equal("log KeyPassphrase, ask tls-user-key-secret", driver.Down(Cause.KeyPassphrase));
        Assert.Equal("reply, watch :1.5, start 2", driver.NewSecrets(With("right")));
        Assert.Equal("right"u8.ToArray(), driver.Running!.Tunnel.Ppp.Certificate!.Passphrase!.Utf8.ToArray());
        Assert.EndsWith("state 5, state 6, quit 0", driver.Down(Cause.AuthenticationFailed, attempt: 2), StringComparison.Ordinal);
    }

    [Fact]
    public void TheQuestionSaysWhyWithoutTheSecret()
    {
        var driver = new MachineDriver();
        driver.Connect(Profile("s3cret-pw"), interactive: true);
        var failure = new Failure(Cause.AuthenticationFailed, "wrong user name or password, E=691");
        IReadOnlyList<PluginAction> actions = driver.Machine.Step(new PluginEvent.TunnelReported(1, new TunnelEvent.Down(failure, WasUp: false)), default);
        PluginAction.EmitSecretsRequired ask = Assert.Single(actions.OfType<PluginAction.EmitSecretsRequired>());
        Assert.Contains("E=691", ask.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", string.Concat(actions.Select(action => action.ToString())), StringComparison.Ordinal);
    }

    [Fact]
    public void PppOptionsNeverShowTheSecret()
    {
        var options = new PppOptions { Password = new Secret("s3cret-pw") };
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
    }
}
