using System.Text;
using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>Writes docs/profile-keys.md from the table of keys.</summary>
internal static class ProfileKeysDocument
{
    public static string Render()
    {
        var page = new StringBuilder();
        page.Append("# Keys of a profile\n\n")
            .Append("Made from the table in `src/NmPlugin/Profile/ProfileKeys.cs`; a test compares the two.\n")
            .Append("Set a key with `nmcli connection modify NAME +vpn.data KEY=VALUE` or `+vpn.secrets KEY=VALUE`.\n\n")
            .Append("A key that is not listed here is refused by name, with the nearest known key: a mistyped setting never connects as if it\n")
            .Append("were not there. An empty value counts as an absent key (yes/no keys excepted). Numbers are plain decimal digits.\n")
            .Append("Secret flags say who keeps a secret: 0 = stored with the profile, 1 = a user's keyring, 2 = asked each time, 4 = not needed.\n\n")
            .Append("| Key | Profile | Where | Value | Without it | Meaning |\n|---|---|---|---|---|---|\n");
        foreach (ProfileKey key in ProfileKeys.All)
        {
            page.Append($"| `{key.Name}` | {Who(key.Only)} | {Where(key.Place)} | {key.TypeName} | {Absent(key)} | {key.Meaning}{Remark(key)} |\n");
        }
        page.Append("\nOutside the vpn setting: `vpn.user-name` stands in for `user`; `vpn.timeout` is the time a connection may take (60 s when 0).\n")
            .Append("\nSSTP: `connection.uuid` is sent to the server as correlation id; `ipv4.method` and `ipv6.method` decide what is negotiated\n")
            .Append("(manual with address and gateway: that address is asked for; disabled: that protocol is left out);\n")
            .Append("`ipv4.ignore-auto-dns` leaves the server's name servers out.\n")
            .Append("\nPPTP: the server's IPv4 address and name servers are always taken, and NetworkManager leaves out what the profile does not want;\n")
            .Append("IPv6 is negotiated unless `ipv6.method` is one that expects nothing from the tunnel (disabled, ignore, link-local, dhcp).\n")
            .Append("Where the path to the server is too narrow for packets of `mtu` bytes, the tunnel's interface gets a smaller MTU.\n");
        return page.ToString();
    }

    private static string Who(TunnelProtocol? only) => only switch
    {
        TunnelProtocol.Sstp => "SSTP",
        TunnelProtocol.Pptp => "PPTP",
        _ => "both",
    };

    private static string Where(KeyPlace place) => place switch
    {
        KeyPlace.Data => "vpn.data",
        KeyPlace.Secrets => "vpn.secrets",
        _ => "vpn.secrets, vpn.data",
    };

    private static string Absent(ProfileKey key) => key.Required ? "**needed**" : key.Ignored ? "" : key.WhenAbsent;

    private static string Remark(ProfileKey key) => key.NotYet is { } feature ? $". **Not yet:** {feature.What} is refused with a clear error" : "";
}
