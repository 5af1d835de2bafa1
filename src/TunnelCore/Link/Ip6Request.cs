namespace TunnelCore.Link;

/// <summary>Whether IPV6CP is wanted. IPv6 never delays or breaks IPv4.</summary>
public enum Ip6Request
{
    /// <summary>The profile says nothing: the engine's default.</summary>
    Default,

    /// <summary>Negotiate it.</summary>
    Wanted,

    /// <summary>Do not negotiate it.</summary>
    Disabled,
}
