namespace TunnelCore.Pptp;

/// <summary>How the order of sent packets is damaged, to see what a server makes of it. The numbers are those of pptp's --test-type.</summary>
public enum GreDisorderKind
{
    None = 0,

    /// <summary>Two packets change places.</summary>
    Swap = 1,

    /// <summary>Ten packets come behind the eleventh, in their order.</summary>
    Delay = 2,

    /// <summary>Ten packets come behind the eleventh, the last of them first.</summary>
    Reverse = 3,
}
