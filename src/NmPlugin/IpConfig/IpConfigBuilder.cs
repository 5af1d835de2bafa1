using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;

namespace NmPlugin.IpConfig;

/// <summary>
/// From what the tunnel agreed on with the server to NetworkManager's dicts. Config comes first and announces which of the others
/// follow; NetworkManager drops or waits for what is announced wrongly (nm-vpn-plugin 5.4).
/// </summary>
internal static class IpConfigBuilder
{
    /// <param name="up">What the tunnel reports.</param>
    /// <param name="wantIp6">False when the profile has IPv6 switched off.</param>
    /// <param name="canPersist">The service reconnects by itself when the tunnel is lost.</param>
    /// <param name="signals">In the order to send; empty on failure.</param>
    /// <returns>Null, or why NetworkManager could not use it.</returns>
    public static Failure? Build(TunnelEvent.Up up, bool wantIp6, bool canPersist, out IReadOnlyList<(ConfigSignal Signal, ConfigDictionary Body)> signals)
    {
        signals = [];
        Ip6Configuration? ip6 = wantIp6 ? up.Ip6 : null;
        if (up.Ip4 is { } ip4 && (IsNone(ip4.Address) || ip4.Address.IsIp6))
        {
            return new Failure(Cause.NoAddress, $"IPv4 address {ip4.Address}");
        }
        if (up.Ip4 is null && ip6 is null)
        {
            return new Failure(Cause.NoAddress, "neither IPv4 nor IPv6");
        }
        if (up.Interface.Length == 0 || IsNone(up.ServerAddress))
        {
            return new Failure(Cause.InternalError, "the tunnel came up without interface or server address");
        }
        var list = new List<(ConfigSignal, ConfigDictionary)> { (ConfigSignal.Config, General(up, ip6 is not null, canPersist)) };
        if (up.Ip4 is not null)
        {
            list.Add((ConfigSignal.Ip4Config, Ip4(up.Ip4)));
        }
        if (ip6 is not null)
        {
            list.Add((ConfigSignal.Ip6Config, Ip6(ip6)));
        }
        signals = list;
        return null;
    }

    private static ConfigDictionary General(TunnelEvent.Up up, bool hasIp6, bool canPersist)
    {
        IPAddress gateway = up.ServerAddress.IsIPv4MappedToIPv6 ? up.ServerAddress.MapToIPv4() : up.ServerAddress;
        var config = new ConfigDictionary
        {
            ["gateway"] = ConfigValue.Address(gateway),
            ["tundev"] = new ConfigValue.Text(up.Interface),
            ["has-ip4"] = new ConfigValue.Flag(up.Ip4 is not null),
            ["has-ip6"] = new ConfigValue.Flag(hasIp6),
        };
        if (canPersist)
        {
            // NetworkManager notes it once and never forgets it: only true is worth sending.
            config["can-persist"] = new ConfigValue.Flag(true);
        }
        if (up.Mtu > 0)
        {
            config["mtu"] = new ConfigValue.Number((uint)up.Mtu);
        }
        return config;
    }

    private static ConfigDictionary Ip4(Ip4Configuration ip4)
    {
        var config = new ConfigDictionary
        {
            ["address"] = ConfigValue.Address(ip4.Address),
            ["prefix"] = new ConfigValue.Number(32),
        };
        if (ip4.Peer is { } peer && !IsNone(peer))
        {
            config["ptp"] = ConfigValue.Address(peer);
        }
        uint[] dns = Servers(ip4.Dns);
        uint[] wins = Servers(ip4.Wins);
        Add(config, "dns", dns);
        Add(config, "nbns", wins);
        uint[][] routes = [.. dns.Concat(wins).Distinct().Where(server => !IsPeer(ip4, server)).Select(HostRoute)];
        if (routes.Length > 0)
        {
            config["routes"] = new ConfigValue.Rows(routes);
        }
        return config;
    }

    /// <summary>The only IPv6 address that PPP gives is link-local: no way to anywhere, so no default route.</summary>
    private static ConfigDictionary Ip6(Ip6Configuration ip6) => new()
    {
        ["address"] = ConfigValue.Address(ip6.LinkLocal),
        ["prefix"] = new ConfigValue.Number(64),
        ["never-default"] = new ConfigValue.Flag(true),
    };

    /// <summary>
    /// The server's name servers are reached through the tunnel even when the profile keeps the default route elsewhere.
    /// [destination, prefix, next hop, metric]; no next hop: on a point-to-point link the device is enough, and the peer's address
    /// may well be that of a router in the local network.
    /// </summary>
    private static uint[] HostRoute(uint server) => [server, 32, 0, 0];

    private static bool IsPeer(Ip4Configuration ip4, uint server) =>
        ip4.Peer is { IsIp4: true } peer && ConfigValue.Ip4(peer) == server;

    private static uint[] Servers(IReadOnlyList<IPAddress> addresses) =>
        [.. addresses.Where(address => address.IsIp4 && !IsNone(address)).Select(ConfigValue.Ip4).Distinct()];

    private static void Add(ConfigDictionary config, string key, uint[] values)
    {
        if (values.Length > 0)
        {
            config[key] = new ConfigValue.Numbers(values);
        }
    }

    private static bool IsNone(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
