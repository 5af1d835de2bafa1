using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>What happened to one pppd; its end is judged from it. One thread writes it, and reads it at the end.</summary>
internal sealed class PppdHistory
{
    /// <summary>Set when we ended pppd ourselves or know better than pppd why it ends; the first one counts.</summary>
    public Failure? Decided { get; private set; }

    public PppPhase Furthest { get; private set; }

    public bool Authenticated { get; set; }

    /// <summary>
    /// Status at the first phase Disconnect. The exit status is not reliable: when pppd notices the closed line late, it overwrites
    /// 0, 10 and 15 with 16.
    /// </summary>
    public int? StatusAtDisconnect { get; private set; }

    public int ExitStatus { get; set; }

    public int Signal { get; set; }

    /// <summary>Last line of pppd's log, without secrets.</summary>
    public string LastLine { get; private set; } = "";

    /// <summary>What pppd said first about MPPE that is demanded and cannot be had; null when it did not.</summary>
    public string? MppeComplaint { get; private set; }

    public bool WasRunning => Furthest >= PppPhase.Running;

    public void Decide(Failure failure) => Decided ??= failure;

    /// <summary>A line of pppd's log that may explain its end.</summary>
    public void Note(string line)
    {
        LastLine = line;
        if (line.StartsWith("MPPE required", StringComparison.Ordinal))
        {
            MppeComplaint ??= line;
        }
    }

    public void Enter(PppPhase phase, int status)
    {
        if (phase is >= PppPhase.Establish and <= PppPhase.Running && phase > Furthest && StatusAtDisconnect is null)
        {
            Furthest = phase;
        }

        if (phase == PppPhase.Disconnect)
        {
            StatusAtDisconnect ??= status;
        }
    }
}
