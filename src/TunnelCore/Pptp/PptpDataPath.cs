namespace TunnelCore.Pptp;

/// <summary>Who carries the packets of a call.</summary>
public enum PptpDataPath
{
    /// <summary>The kernel where it can, else this process.</summary>
    Auto,

    /// <summary>The kernel, or the attempt fails.</summary>
    Kernel,

    /// <summary>This process: it puts packets in order that the network has mixed up, which the kernel drops.</summary>
    User,
}
