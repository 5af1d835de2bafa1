namespace TunnelCore.Session;

/// <summary>How much of PPP's frames is logged.</summary>
public enum FrameDetail
{
    None,

    /// <summary>Kind and length.</summary>
    Names,

    /// <summary>The first bytes, too; never those of a login.</summary>
    Bytes,
}
