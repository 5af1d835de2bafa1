using NmPlugin.Profile;
using TunnelCore.Diagnostics;
using static NmPlugin.Tests.Support.Profiles;

namespace NmPlugin.Tests.Profile;

public sealed class NeededSecretsTests
{
    private static ConnectionSettings WithSecrets(ConnectionSettings connection, params (string Key, string Value)[] secrets) =>
        connection with { Secrets = secrets.ToDictionary(secret => secret.Key, secret => secret.Value) };

    private static string Check(ConnectionSettings connection) => NeededSecrets.Check(connection, ProfileKeys.Sstp);

    private static string CheckPptp(ConnectionSettings connection) => NeededSecrets.Check(connection, ProfileKeys.Pptp);

    [Theory]
    [InlineData("0", "vpn")]
    [InlineData("1", "vpn")]
    [InlineData("2", "vpn")]
    [InlineData(null, "vpn")]
    [InlineData("4", "")]
    public void N01_N02_Pptp(string? flags, string answer)
    {
        Assert.Equal(answer, CheckPptp(WithSecrets(Pptp(("password-flags", flags)))));
        Assert.Equal("", CheckPptp(Pptp(("password-flags", flags))));
    }

    [Fact]
    public void P17_PptpEmptyPasswordIsMissing() => Assert.Equal("vpn", CheckPptp(WithSecrets(Pptp(), ("password", ""))));

    [Fact]
    public void PptpKnowsNoConnectionType() => Assert.Equal("vpn", CheckPptp(WithSecrets(Pptp(("connection-type", "foo")))));

    [Fact]
    public void T11_PasswordIsThere() => Assert.Equal("", Check(Base()));

    [Fact]
    public void T12_N02_NotRequired() => Assert.Equal("", Check(WithSecrets(Base(("password-flags", "4")))));

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("zz")]
    [InlineData("-4")]
    [InlineData("99999999999")]
    public void T13_N01_N03_PasswordIsMissing(string? flags) =>
        Assert.Equal("vpn", Check(WithSecrets(Base(("password-flags", flags)))));

    [Theory]
    [InlineData("5")]
    [InlineData("6")]
    public void NotRequiredBesidesOtherFlags(string flags) => Assert.Equal("", Check(WithSecrets(Base(("password-flags", flags)))));

    [Fact]
    public void T15_NoConnectionTypeIsPassword()
    {
        Assert.Equal("", Check(Base(("connection-type", null))));
        Assert.Equal("vpn", Check(WithSecrets(Base(("connection-type", null)))));
    }

    [Fact]
    public void T17_EmptyPasswordIsMissingUnlessNotRequired()
    {
        Assert.Equal("vpn", Check(WithSecrets(Base(), ("password", ""))));
        Assert.Equal("", Check(WithSecrets(Base(("password-flags", "4")), ("password", ""))));
    }

    [Fact]
    public void S05_UnknownConnectionType() =>
        Assert.Equal(Cause.BadKey, Assert.Throws<TunnelException>(() => Check(Base(("connection-type", "foo")))).Failure.Cause);

    [Fact]
    public void S20_NoSecretIsNotAPassword() => Assert.Equal("vpn", Check(WithSecrets(Base(), ("no-secret", "true"))));

    [Theory]
    [InlineData("connection-type", "tls")]
    [InlineData("user", "")]
    public void NothingIsAskedBeyondThePassword(string key, string value) => Assert.Equal("", Check(Base((key, value))));

    [Fact]
    public void NothingIsAskedForAProxyThatConnectRefusesByName() =>
        Assert.Equal("", Check(Base(("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "u"))));
}
