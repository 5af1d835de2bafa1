namespace TunnelCore.Session;

/// <summary>Whether the server gets a route beside the tunnel.</summary>
public enum ServerRouteWish
{
    None,

    /// <summary>Without it the tunnel goes on, with a warning.</summary>
    Wanted,

    /// <summary>Without it there is no tunnel.</summary>
    Demanded,
}
