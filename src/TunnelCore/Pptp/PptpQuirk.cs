namespace TunnelCore.Pptp;

/// <summary>Peculiar field values that a known device wants.</summary>
public enum PptpQuirk
{
    None,

    /// <summary>Orckit ATUR3, as Bezeq in Israel used it.</summary>
    BezeqIsrael,
}
