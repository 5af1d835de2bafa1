using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>An HTTP proxy on the way to the server.</summary>
/// <param name="Server">The proxy's name or address, and port.</param>
public sealed record ProxyOptions(ServerEndpoint Server)
{
    /// <summary>Null = the proxy wants no login, or gets none.</summary>
    public string? User { get; init; }

    /// <summary>Null = not known. Owned by who made the options.</summary>
    public Secret? Password { get; init; }
}
