using NmPlugin.Profile;
using TunnelCore.Link;

namespace NmPlugin.Plugin;

/// <summary>What a caller of Connect wants.</summary>
/// <param name="Caller">Unique bus name.</param>
/// <param name="Profile">Its secrets are wiped when this is given up.</param>
internal sealed record Wish(string Caller, VpnProfile Profile)
{
    /// <summary>By ConnectInteractive, and not up yet: secrets can be asked for again. Null otherwise.</summary>
    public Login? Login { get; init; }

    /// <summary>The tunnel's interface; "" before it was up for the first time.</summary>
    public string Interface { get; init; } = "";

    /// <summary>IPv6 may be reported.</summary>
    public bool Ip6 => Profile.Tunnel.Ppp.Ip6 != Ip6Request.Disabled;

    /// <summary>Reconnects for so long; null = never.</summary>
    public TimeSpan? Reconnect => Profile.Reconnect;
}
