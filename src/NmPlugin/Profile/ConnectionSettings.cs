using TunnelCore.Net;

namespace NmPlugin.Profile;

/// <summary>
/// The parts of NetworkManager's connection dict (a{sa{sv}}) that a VPN service looks at. Unknown settings and keys have been left
/// out when it was read; what a profile's vpn.data may hold is judged by <see cref="ProfileKeys"/>.
/// </summary>
internal sealed record ConnectionSettings
{
    /// <summary>The dict has a "vpn" setting at all.</summary>
    public required bool HasVpn { get; init; }

    /// <summary>connection.uuid; "" when absent.</summary>
    public string Uuid { get; init; } = "";

    /// <summary>vpn.data.</summary>
    public IReadOnlyDictionary<string, string> Data { get; init; } = new Dictionary<string, string>();

    /// <summary>vpn.secrets. Never printed.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>vpn.user-name: the profile's, or the login name of the agent that gave the secrets.</summary>
    public string? UserName { get; init; }

    /// <summary>vpn.timeout in seconds; 0 = NetworkManager's default.</summary>
    public uint Timeout { get; init; }

    /// <summary>vpn.persistent: the connection shall outlive a loss of the tunnel.</summary>
    public bool Persistent { get; init; }

    public Ip4Settings? Ip4 { get; init; }

    public Ip6Settings? Ip6 { get; init; }

    /// <summary>connection.permissions: the login names that the connection is for; empty = everybody.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>What the file with the user's private key needs; null when there is none, or nobody looked.</summary>
    public KeyProtection? UserKey { get; init; }

    /// <summary>Whose rights to files count: the one user's whom the connection is for; null = the service's own.</summary>
    public string? FileUser => Users.Count == 1 ? Users[0] : null;

    /// <summary>What the settings files say at this time.</summary>
    public OwnSettings Settings { get; init; } = OwnSettings.None;

    /// <summary>Without secrets, for logs.</summary>
    public override string ToString() => $"{Uuid}: {Data.Count} data keys, {Secrets.Count} secrets";
}
