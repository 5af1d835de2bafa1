namespace TunnelCore.Pptp;

/// <summary>What a PPTP client says of itself, and how it treats the packets.</summary>
public sealed record PptpOptions
{
    private const int DefaultMissingWindow = 256;
    private static readonly TimeSpan s_reorderTimeout = TimeSpan.FromSeconds(0.3);

    /// <summary>The machine's own name is nobody's business.</summary>
    public string HostName { get; init; } = "local";

    /// <summary>The vendor string that servers have seen from Linux clients for decades.</summary>
    public string Vendor { get; init; } = "cananian";

    /// <summary>Number to dial, at most 64 characters; servers on the internet ignore it.</summary>
    public string PhoneNumber { get; init; } = "";

    /// <summary>
    /// Packets that the server may have under way. Some servers send no more than that per round trip, so it bounds the speed.
    /// </summary>
    public ushort ReceiveWindow { get; init; } = 64;

    public uint MaximumBps { get; init; } = 1_000_000_000;

    public PptpQuirk Quirk { get; init; }

    /// <summary>Sends Set-Link-Info when the call is up. Changes nothing on the servers that are known.</summary>
    public bool SendSetLinkInfo { get; init; }

    public PptpDataPath DataPath { get; init; }

    /// <summary>
    /// The kernel may carry the packets. Who set how packets are put in order wants them put in order, which the kernel never does.
    /// </summary>
    public bool KernelMayCarry =>
        DataPath == PptpDataPath.Kernel
        || (DataPath == PptpDataPath.Auto && Disorder == GreDisorderKind.None && ReorderTimeout == s_reorderTimeout && MissingWindow == DefaultMissingWindow);

    /// <summary>Longest wait for a missing packet before those behind it are delivered; zero = never wait.</summary>
    public TimeSpan ReorderTimeout { get; init; } = s_reorderTimeout;

    /// <summary>A packet this far ahead of the newest one does not move the window by itself: 1..256.</summary>
    public int MissingWindow { get; init; } = DefaultMissingWindow;

    /// <summary>For tests of servers: how the order of sent packets is damaged.</summary>
    public GreDisorderKind Disorder { get; init; }

    /// <summary>Packets in order between two such damages, at least 1.</summary>
    public int DisorderRate { get; init; } = 100;

    public PptpTimeouts Timeouts { get; init; } = new();
}
