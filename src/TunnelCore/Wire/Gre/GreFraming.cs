namespace TunnelCore.Wire.Gre;

/// <summary>What a datagram is.</summary>
internal enum GreFraming
{
    Packet,

    /// <summary>Shorter than its headers or its payload length say.</summary>
    Truncated,

    /// <summary>Not PPTP's kind of GRE, or a bit set that must not be.</summary>
    Invalid,
}
