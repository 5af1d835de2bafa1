using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using TunnelCore.Session;

namespace NmPlugin.Tests.Profile;

/// <summary>What the dialogs really store (connection-keys 1.8): every password profile connects.</summary>
public sealed class GoldenProfileTests
{
    /// <summary>The keys of ours, each as somebody may have set it.</summary>
    private static readonly Dictionary<string, string> s_own = new()
    {
        ["server-certificate-pin"] = new string('a', 64),
        ["server-name"] = "other.example.org",
        ["server-tls-min"] = "1.2",
        ["server-tls-max"] = "1.3",
        ["unknown-keys"] = "warn",
        ["reconnect-timeout"] = "60",
    };

    public static TheoryData<string, string> Golden => new()
    {
        { "GNOME 1.3.0, gateway only", "gateway=vpn.example.org connection-type=password password-flags=2 refuse-pap=yes refuse-chap=yes" },
        {
            "GNOME 1.3.0, Advanced and Apply untouched",
            "gateway=vpn.example.org connection-type=password password-flags=2 refuse-pap=yes refuse-chap=yes ignore-cert-warn=yes tls-ext=yes "
            + "refuse-eap=no refuse-mschap=no refuse-mschapv2=no tls-verify-key-usage=no"
        },
        { "GNOME 1.3.1", "gateway=vpn.example.org user=bob connection-type=password password-flags=1 tls-ext=yes ignore-cert-warn=no mtu=1400" },
        {
            "KDE",
            "gateway=vpn.example.org user= password-flags=1 domain=CORP ca-cert=/etc/ca.pem ignore-cert-warn=yes refuse-eap=yes refuse-pap=yes "
            + "require-mppe=yes mppe-stateful=yes nobsdcomp=yes nodeflate=yes no-vj-comp=yes lcp-echo-failure=5 lcp-echo-interval=30 unit=0 "
            + "proxy-server= proxy-port=0 proxy-user= proxy-password= proxy-password-flags=1"
        },
        { "hand-written, old", "gateway=vpn.example.org password-flags=1 refuse-chap=yes refuse-eap=yes refuse-pap=yes user=" },
        { "hand-written, newer", "gateway=vpn.example.org user=bob ignore-cert-warn=yes tls-ext=yes tls-verify-key-usage=no unit=0" },
    };

    [Theory]
    [MemberData(nameof(Golden))]
    public void A11_T80_Connects(string name, string data)
    {
        Dictionary<string, string> keys = data.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        ConnectionSettings connection = Profiles.With(keys) with { UserName = "carol" };
        VpnProfile profile = Profiles.Read(connection);
        Assert.Equal((name, "vpn.example.org"), (name, profile.Tunnel.Server.Host));
        Assert.Equal(keys.GetValueOrDefault("user") is { Length: > 0 } user ? user : "carol", profile.Tunnel.Ppp.User);
    }

    /// <summary>An editor drops the keys that it does not know when it saves: what is left must still connect.</summary>
    [Theory]
    [MemberData(nameof(Golden))]
    public void A12_T80_WithoutTheKeysThatEditorsDrop_ItStillConnects(string name, string data)
    {
        Dictionary<string, string> keys = data.Split(' ').Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(s_own.Keys.Order(), ProfileKeys.All.Where(key => key is { Own: true, Only: not TunnelProtocol.Pptp }).Select(key => key.Name).Order());
        VpnProfile before = Profiles.Read(Profiles.With(new(keys.Concat(s_own))) with { UserName = "carol" });
        VpnProfile after = Profiles.Read(Profiles.With(keys) with { UserName = "carol" });
        Assert.Equal("other.example.org", before.Tunnel.Tls.ExpectedName);
        Assert.Equal((name, before.Tunnel.Server, before.Tunnel.Ppp.User, null), (name, after.Tunnel.Server, after.Tunnel.Ppp.User, after.Tunnel.Tls.ExpectedName));
    }

    [Fact]
    public void ProfileKeysPageIsCurrent()
    {
        string page = ProfileKeysDocument.Render();
        string path = Path.Combine(Repository.Root, "docs", "profile-keys.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }
        Assert.True(File.Exists(path) && File.ReadAllText(path) == page, "docs/profile-keys.md is out of date: run this test with UPDATE_DOCS=1 and commit the result");
    }
}
