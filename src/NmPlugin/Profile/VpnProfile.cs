using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>A profile that can be connected.</summary>
/// <param name="Tunnel">For the session. The service owns the secrets in it and wipes them after the last tunnel made from it.</param>
/// <param name="ConnectTimeout">How long NetworkManager waits for the tunnel.</param>
/// <param name="Reconnect">How long a lost tunnel is tried again; null = not at all.</param>
/// <param name="Warnings">What the user should know though it does not stop the connection; no secrets.</param>
internal sealed record VpnProfile(TunnelOptions Tunnel, TimeSpan ConnectTimeout, TimeSpan? Reconnect, IReadOnlyList<string> Warnings);
