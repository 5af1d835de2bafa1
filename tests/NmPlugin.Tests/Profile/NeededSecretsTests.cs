using NmPlugin.Profile;
using TunnelCore.Diagnostics;
using static NmPlugin.Tests.Support.Profiles;

namespace NmPlugin.Tests.Profile;

public sealed class NeededSecretsTests
{
    private static ConnectionSettings WithSecrets(ConnectionSettings connection, params (string Key, string Value)[] secrets) =>
        connection with { Secrets = secrets.ToDictionary(secret => secret.Key, secret => secret.Value) };

    private static string Check(ConnectionSettings connection) => NeededSecrets.Check(VpnService.Sstp, connection);

    private static string CheckPptp(ConnectionSettings connection) => NeededSecrets.Check(VpnService.Pptp, connection);

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
    [InlineData("vpn", null, TunnelCore.Net.KeyProtection.Encrypted)]
    [InlineData("vpn", "1", TunnelCore.Net.KeyProtection.Encrypted)]
    [InlineData("", "4", TunnelCore.Net.KeyProtection.Encrypted)]
    [InlineData("", null, TunnelCore.Net.KeyProtection.Plain)]
    [InlineData("", null, null)]
    public void T16_S32_S35_KeyPasswordIsAskedForWhereTheKeyHasOne(string wanted, string? flags, TunnelCore.Net.KeyProtection? key)
    {
        ConnectionSettings connection = WithSecrets(Base(("connection-type", "tls"), ("tls-user-key", "/k"), ("tls-user-key-secret-flags", flags))) with { UserKey = key };
        Assert.Equal(wanted, Check(connection));
        Assert.Equal("", Check(WithSecrets(connection, ("tls-user-key-secret", "x")) with { UserKey = key }));
    }

    [Fact]
    public void S38_ProxyPasswordIsAskedForWithACertificateToo() =>
        Assert.Equal("vpn", Check(WithSecrets(Base(("connection-type", "tls"), ("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "u")))));

    [Theory]
    [InlineData("connection-type", "tls")]
    [InlineData("user", "")]
    public void NothingIsAskedBeyondThePassword(string key, string value) => Assert.Equal("", Check(Base((key, value))));

    [Theory]
    [InlineData("vpn", null)]
    [InlineData("vpn", "1")]
    [InlineData("", "4")]
    public void S39_ProxyPasswordIsAskedFor(string wanted, string? flags)
    {
        ConnectionSettings connection = Base(("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "u"), ("proxy-password-flags", flags));
        Assert.Equal(wanted, Check(connection));
        Assert.Equal("", Check(WithSecrets(connection, ("password", "pw"), ("proxy-password", "x"))));
    }

    [Theory]
    [InlineData("proxy-port", "junk")]
    [InlineData("proxy-server", "a\nb")]
    public void AProxyThatCannotBeReadIsLeftToConnect(string key, string value) =>
        Assert.Equal("vpn", Check(WithSecrets(Base((key, value)))));

    [Fact]
    public void A05_A06_WhichProfilesWantWhat()
    {
        static string Wanted(ProfileDraft draft) => string.Join(' ', NeededSecrets.Sstp.Where(secret => secret.Wanted(draft)).Select(secret => secret.Name));
        Assert.Equal("password", Wanted(new ProfileDraft()));
        Assert.Equal("tls-user-key-secret", Wanted(new ProfileDraft { Login = LoginMethod.Certificate, UserKey = TunnelCore.Net.KeyProtection.Encrypted }));
        Assert.Equal("", Wanted(new ProfileDraft { Login = LoginMethod.Certificate, UserKey = TunnelCore.Net.KeyProtection.Plain }));
        Assert.Equal("", Wanted(new ProfileDraft { Login = LoginMethod.Certificate }));
        Assert.Equal("password proxy-password", Wanted(new ProfileDraft { ProxyServer = "p", ProxyPort = 80, ProxyUser = "u" }));
        Assert.Equal("password", Wanted(new ProfileDraft { ProxyServer = "p", ProxyPort = 80 }));
        Assert.Equal("password", Wanted(new ProfileDraft { ProxyServer = "p", ProxyUser = "u" }));
    }

    [Fact]
    public void EverySecretOfTheTableIsAKeyOfProfiles() => Assert.All(NeededSecrets.Sstp, secret =>
    {
        Assert.True(ProfileKeys.Find(secret.Name)!.Place.HasFlag(KeyPlace.Secrets));
        Assert.NotNull(ProfileKeys.Find($"{secret.Name}-flags"));
        Assert.NotNull(ProfileKeys.Find(secret.Feature));
    });

    [Fact]
    public void ProxyPasswordInDataIsKnown()
    {
        NeededSecret proxy = NeededSecrets.Sstp.Single(secret => secret.Name == "proxy-password");
        Assert.Equal("from data", proxy.Known(Base(("proxy-password", "from data"))));
        Assert.Equal("from secrets", proxy.Known(WithSecrets(Base(("proxy-password", "from data")), ("proxy-password", "from secrets"))));
        NeededSecret password = NeededSecrets.Sstp.Single(secret => secret.Name == "password");
        Assert.Equal("", password.Known(WithSecrets(Base(("password", "not here")))));
    }
}
