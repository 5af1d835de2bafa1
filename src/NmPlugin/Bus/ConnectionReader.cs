using System.Net;
using NmPlugin.Profile;
using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

/// <summary>
/// Reads a{sa{sv}}, the connection as NetworkManager sends it. Lenient: a setting or key of another type than expected counts as
/// absent, because newer versions may add or change what this service does not need.
/// </summary>
internal static class ConnectionReader
{
    /// <exception cref="DBusReadException">The message is malformed.</exception>
    public static ConnectionSettings Read(ref Reader reader)
    {
        var settings = new Dictionary<string, Dictionary<string, VariantValue>>();
        ArrayEnd end = reader.ReadDictionaryStart();
        while (reader.HasNext(end))
        {
            string name = reader.ReadString();
            settings[name] = ReadValues(ref reader);
        }
        bool hasVpn = settings.TryGetValue("vpn", out Dictionary<string, VariantValue>? vpn);
        vpn ??= [];
        return new ConnectionSettings
        {
            HasVpn = hasVpn,
            Uuid = settings.TryGetValue("connection", out var connection) ? Text(connection, "uuid") ?? "" : "",
            Users = connection is null ? [] : Users(connection),
            Data = TextMap(vpn, "data"),
            Secrets = TextMap(vpn, "secrets"),
            UserName = Text(vpn, "user-name"),
            Timeout = Number(vpn, "timeout") ?? 0,
            Persistent = Flag(vpn, "persistent"),
            Ip4 = settings.TryGetValue("ipv4", out var ip4) ? Ip4(ip4) : null,
            Ip6 = settings.TryGetValue("ipv6", out var ip6) && Text(ip6, "method") is { } method ? new Ip6Settings(method) : null,
        };
    }

    /// <summary>a{sv}; of a key that is there twice, the last counts.</summary>
    /// <exception cref="DBusReadException">The message is malformed.</exception>
    public static Dictionary<string, VariantValue> ReadValues(ref Reader reader)
    {
        var values = new Dictionary<string, VariantValue>();
        ArrayEnd end = reader.ReadDictionaryStart();
        while (reader.HasNext(end))
        {
            string key = reader.ReadString();
            values[key] = reader.ReadVariantValue();
        }
        return values;
    }

    /// <summary>connection.permissions: as of "user:NAME:RESERVED". An entry of another kind is nobody, which keeps files closed.</summary>
    private static List<string> Users(Dictionary<string, VariantValue> values)
    {
        List<string> users = [];
        if (values.TryGetValue("permissions", out VariantValue list) && list.Type == VariantValueType.Array)
        {
            for (int i = 0; i < list.Count; i++)
            {
                string entry = list.GetItem(i) is { Type: VariantValueType.String } item ? item.GetString() : "";
                users.Add(entry.Split(':') is ["user", var name, ..] ? name : "");
            }
        }
        return users;
    }

    private static Ip4Settings? Ip4(Dictionary<string, VariantValue> values)
    {
        if (Text(values, "method") is not { } method)
        {
            return null;
        }
        (IPAddress? address, int prefix) = FirstAddress(values);
        IPAddress? gateway = ParseIp4(Text(values, "gateway"));
        return new Ip4Settings(method, Flag(values, "ignore-auto-dns"), address, prefix, gateway);
    }

    /// <summary>address-data: aa{sv} with "address" s and "prefix" u.</summary>
    private static (IPAddress? Address, int Prefix) FirstAddress(Dictionary<string, VariantValue> values)
    {
        if (!values.TryGetValue("address-data", out VariantValue list) || list.Type != VariantValueType.Array || list.Count < 1)
        {
            return (null, 32);
        }
        VariantValue first = list.GetItem(0);
        if (first.Type != VariantValueType.Dictionary)
        {
            return (null, 32);
        }
        var entry = new Dictionary<string, VariantValue>();
        for (int i = 0; i < first.Count; i++)
        {
            (VariantValue key, VariantValue value) = first.GetDictionaryEntry(i);
            if (key.Type == VariantValueType.String)
            {
                entry[key.GetString()] = value.Type == VariantValueType.Variant ? value.GetVariantValue() : value;
            }
        }
        return (ParseIp4(Text(entry, "address")), (int)Math.Min(Number(entry, "prefix") ?? 32, 32));
    }

    private static IPAddress? ParseIp4(string? text) =>
        IPAddress.TryParse(text, out IPAddress? address) && address.IsIp4 ? address : null;

    private static string? Text(Dictionary<string, VariantValue> values, string key) =>
        values.TryGetValue(key, out VariantValue value) && value.Type == VariantValueType.String ? value.GetString() : null;

    private static uint? Number(Dictionary<string, VariantValue> values, string key) =>
        values.TryGetValue(key, out VariantValue value) && value.Type == VariantValueType.UInt32 ? value.GetUInt32() : null;

    private static bool Flag(Dictionary<string, VariantValue> values, string key) =>
        values.TryGetValue(key, out VariantValue value) && value.Type == VariantValueType.Bool && value.GetBool();

    /// <summary>a{ss}</summary>
    private static Dictionary<string, string> TextMap(Dictionary<string, VariantValue> values, string key)
    {
        var map = new Dictionary<string, string>();
        if (values.TryGetValue(key, out VariantValue value) && value.Type == VariantValueType.Dictionary)
        {
            for (int i = 0; i < value.Count; i++)
            {
                (VariantValue name, VariantValue text) = value.GetDictionaryEntry(i);
                if (name.Type == VariantValueType.String && text.Type == VariantValueType.String)
                {
                    map[name.GetString()] = text.GetString();
                }
            }
        }
        return map;
    }
}
