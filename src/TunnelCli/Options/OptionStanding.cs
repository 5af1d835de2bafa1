namespace TunnelCli.Options;

/// <summary>Where an option comes from, and what that means here.</summary>
internal enum OptionStanding
{
    /// <summary>The program that ours replaces has it.</summary>
    Real,

    /// <summary>Only its documentation promises it; here it works.</summary>
    Documented,

    /// <summary>Our own.</summary>
    Extension,

    /// <summary>Real, but for tests: not in the help.</summary>
    Hidden,

    /// <summary>Our own, for another process of ours.</summary>
    Internal,

    /// <summary>Documented somewhere, and refused with the reason.</summary>
    Refused,
}
