using NmPlugin.Profile;

namespace NmPlugin.Tests.Support;

/// <summary>Connections as NetworkManager would send them.</summary>
internal static class Profiles
{
    public static ServiceIdentity Identity { get; } = new(VpnService.Sstp, 4711, Debug: false);

    public static ServiceIdentity PptpIdentity { get; } = new(VpnService.Pptp, 4711, Debug: false);

    /// <summary>The base profile of connection-keys 9: gateway, bob, connection-type password, secret pw, ipv4 and ipv6 auto.</summary>
    public static ConnectionSettings Base(params (string Key, string? Value)[] changes) =>
        With(new() { ["gateway"] = "vpn.example.org", ["user"] = "bob", ["connection-type"] = "password" }, changes);

    /// <summary>The PPTP base profile of connection-keys 9: gateway, bob, secret pw.</summary>
    public static ConnectionSettings Pptp(params (string Key, string? Value)[] changes) => With(new() { ["gateway"] = "10.1.2.3", ["user"] = "bob" }, changes);

    public static ConnectionSettings With(Dictionary<string, string> data, params (string Key, string? Value)[] changes)
    {
        foreach ((string key, string? value) in changes)
        {
            if (value is null)
            {
                data.Remove(key);
            }
            else
            {
                data[key] = value;
            }
        }
        return new ConnectionSettings
        {
            HasVpn = true,
            Uuid = "6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11",
            Data = data,
            Secrets = new Dictionary<string, string> { ["password"] = "pw" },
            Ip4 = new Ip4Settings("auto"),
            Ip6 = new Ip6Settings("auto"),
        };
    }

    public static ConnectionSettings WithPassword(this ConnectionSettings connection, string? password) =>
        connection with { Secrets = password is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["password"] = password } };

    public static VpnProfile Read(ConnectionSettings connection) => ProfileReader.Read(connection, Identity);

    public static VpnProfile ReadPptp(ConnectionSettings connection) => ProfileReader.Read(connection, PptpIdentity);
}
