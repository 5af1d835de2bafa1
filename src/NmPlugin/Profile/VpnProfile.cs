using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>A profile that can be connected.</summary>
/// <param name="Tunnel">For the session; whoever runs it disposes the password in it.</param>
/// <param name="ConnectTimeout">How long NetworkManager waits for the tunnel.</param>
/// <param name="Warnings">What the user should know though it does not stop the connection; no secrets.</param>
internal sealed record VpnProfile(TunnelOptions Tunnel, TimeSpan ConnectTimeout, IReadOnlyList<string> Warnings);
