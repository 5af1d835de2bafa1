using NmPlugin.Profile;

namespace NmPlugin.Plugin;

/// <summary>The login of an interactive connect, kept until the tunnel is up.</summary>
/// <param name="Connection">As NetworkManager sent it last, secrets included.</param>
/// <param name="Asked">How often secrets have been asked for again.</param>
internal sealed record Login(ConnectionSettings Connection, int Asked);
