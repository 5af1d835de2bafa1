namespace TunnelCore.Wire.Hdlc;

/// <summary>What a reader has seen; written by its one thread.</summary>
internal sealed class HdlcCounters
{
    public long Frames { get; set; }

    public long Dropped => Short + Long + Aborted + BadFcs;

    public long Short { get; set; }

    public long Long { get; set; }

    public long Aborted { get; set; }

    public long BadFcs { get; set; }

    public void Count(HdlcFrame result)
    {
        switch (result)
        {
            case HdlcFrame.Good: Frames++; break;
            case HdlcFrame.Short: Short++; break;
            case HdlcFrame.Long: Long++; break;
            case HdlcFrame.Aborted: Aborted++; break;
            case HdlcFrame.BadFcs: BadFcs++; break;
        }
    }
}
