namespace TunnelCore.Pptp;

/// <summary>
/// Counters of one tunnel's packets. Each is written by one thread only, the downlink or the uplink, and may be read by any.
/// </summary>
internal sealed class GreStatistics
{
    /// <summary>Downlink: data packets of our call, in or out of order; delivered or held.</summary>
    public long RxAccepted;

    /// <summary>Downlink: packets that never came while others behind them did.</summary>
    public long RxLost;

    /// <summary>Downlink: dropped as late or as duplicates.</summary>
    public long RxUnderWindow;

    /// <summary>Downlink: dropped as too far ahead or behind.</summary>
    public long RxOverWindow;

    /// <summary>Downlink: held until a missing one came, or the wait for it was over.</summary>
    public long RxBuffered;

    /// <summary>Downlink: errors of the socket, mostly ICMP messages.</summary>
    public long RxOsErrors;

    public long RxTruncated;

    public long RxInvalid;

    /// <summary>Downlink: packets with an acknowledgment.</summary>
    public long RxAcks;

    /// <summary>Downlink: all packets of our call, acknowledgments included.</summary>
    public long RxPackets;

    /// <summary>Downlink: packets that only acknowledge.</summary>
    public long TxAcks;

    /// <summary>Uplink: data packets.</summary>
    public long TxSent;

    /// <summary>Uplink: data packets that the kernel would not take.</summary>
    public long TxFailed;

    /// <summary>Uplink: frames that were too long to send.</summary>
    public long TxOversize;

    /// <summary>Downlink: round trip as the acknowledgments show it, smoothed; zero = not known.</summary>
    public long RoundTripTicks;

    public TimeSpan RoundTrip => TimeSpan.FromTicks(Volatile.Read(ref RoundTripTicks));
}
