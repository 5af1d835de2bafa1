namespace TunnelCore.Wire.Sstp;

/// <summary>Where the walk over a control packet's attributes had to stop.</summary>
internal enum ControlDefect
{
    None,

    /// <summary>An attribute's length is below 4 or reaches past the end of the packet.</summary>
    AttributeLength,

    /// <summary>The packet ends before all the attributes that it announces.</summary>
    MissingAttributes,
}
