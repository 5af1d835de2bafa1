namespace TunnelCore.Link;

/// <summary>Which MPPE strengths the profile insists on; several may be set, as pppd's require-mppe options.</summary>
[Flags]
public enum MppeRequirement
{
    None = 0,
    Any = 1,
    Bits40 = 2,
    Bits128 = 4,
}
