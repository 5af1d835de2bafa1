namespace TunnelCore.Wire.Sstp;

/// <summary>What stands at the head of the received bytes.</summary>
internal enum SstpFraming
{
    /// <summary>Not enough bytes for a whole packet yet.</summary>
    Incomplete,

    /// <summary>A whole packet.</summary>
    Packet,

    /// <summary>Version other than 1.0: the stream cannot be followed any further.</summary>
    BadVersion,

    /// <summary>Length below the smallest packet of its kind.</summary>
    BadLength,
}
