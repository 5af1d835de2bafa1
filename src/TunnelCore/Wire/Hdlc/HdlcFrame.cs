namespace TunnelCore.Wire.Hdlc;

/// <summary>What became of the octets between two flags.</summary>
internal enum HdlcFrame
{
    Good,

    /// <summary>Flags only: no frame.</summary>
    Empty,

    /// <summary>Fewer than two octets and an FCS.</summary>
    Short,

    /// <summary>Longer than the destination.</summary>
    Long,

    /// <summary>Ends in an escape: the sender gave it up.</summary>
    Aborted,

    BadFcs,
}
