using NmPlugin.Profile;
using Tmds.DBus.Protocol;

namespace NmPlugin.Tests.Support;

/// <summary>Writes a connection as NetworkManager does: a{sa{sv}} with settings and keys that nobody here asks for.</summary>
internal static class WireConnection
{
    public static void Write(ref MessageWriter writer, ConnectionSettings connection)
    {
        ArrayStart start = writer.WriteDictionaryStart();
        foreach ((string setting, Dictionary<string, VariantValue> values) in Settings(connection))
        {
            writer.WriteDictionaryEntryStart();
            writer.WriteString(setting);
            writer.WriteDictionary(values);
        }
        writer.WriteDictionaryEnd(start);
    }

    private static IEnumerable<(string, Dictionary<string, VariantValue>)> Settings(ConnectionSettings connection)
    {
        yield return ("connection", new() { ["id"] = "work", ["uuid"] = connection.Uuid, ["type"] = "vpn", ["permissions"] = VariantValue.Array(connection.Users.Select(user => $"user:{user}:").ToArray()) });
        if (connection.HasVpn)
        {
            var vpn = new Dictionary<string, VariantValue>
            {
                ["service-type"] = "org.freedesktop.NetworkManager.sstp",
                ["data"] = new Dict<string, string>(connection.Data.ToDictionary()),
                ["secrets"] = new Dict<string, string>(connection.Secrets.ToDictionary()),
                ["persistent"] = connection.Persistent,
            };
            if (connection.UserName is not null)
            {
                vpn["user-name"] = connection.UserName;
            }
            if (connection.Timeout != 0)
            {
                vpn["timeout"] = connection.Timeout;
            }
            yield return ("vpn", vpn);
        }
        if (connection.Ip4 is { } ip4)
        {
            yield return ("ipv4", Ip4(ip4));
        }
        if (connection.Ip6 is { } ip6)
        {
            yield return ("ipv6", new() { ["method"] = ip6.Method, ["dns-search"] = VariantValue.Array(Array.Empty<string>()) });
        }
        yield return ("proxy", []);
    }

    private static Dictionary<string, VariantValue> Ip4(Ip4Settings ip4)
    {
        var values = new Dictionary<string, VariantValue> { ["method"] = ip4.Method, ["dns-search"] = VariantValue.Array(Array.Empty<string>()), ["route-metric"] = 77L };
        var addresses = new Array<Dict<string, VariantValue>>();
        if (ip4.Address is not null)
        {
            addresses.Add(new Dict<string, VariantValue> { { "address", ip4.Address.ToString() }, { "prefix", (uint)ip4.Prefix } });
        }
        values["address-data"] = addresses;
        if (ip4.Gateway is not null)
        {
            values["gateway"] = ip4.Gateway.ToString();
        }
        if (ip4.IgnoreAutoDns)
        {
            values["ignore-auto-dns"] = true;
        }
        return values;
    }
}
