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

    /// <summary>Without secrets, for logs.</summary>
    public override string ToString() => $"{Uuid}: {Data.Count} data keys, {Secrets.Count} secrets";
}
