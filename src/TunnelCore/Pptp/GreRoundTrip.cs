namespace TunnelCore.Pptp;

/// <summary>Measures the round trip: one packet at a time is watched, from the uplink's batch to the server's acknowledgment.</summary>
internal sealed class GreRoundTrip
{
    private uint _sequence;
    private long _sentTicks;
    private int _isWatching;

    /// <summary>Uplink: everything up to this sequence number has been sent.</summary>
    public void Sent(uint sequence, TimeSpan now)
    {
        if (Volatile.Read(ref _isWatching) == 0)
        {
            _sequence = sequence;
            _sentTicks = now.Ticks;
            Volatile.Write(ref _isWatching, 1);
        }
    }

    /// <summary>Downlink: the server has acknowledged.</summary>
    /// <returns>The round trip, when the watched packet is covered.</returns>
    public TimeSpan? Acknowledged(uint sequence, TimeSpan now)
    {
        if (Volatile.Read(ref _isWatching) == 0 || unchecked((int)(sequence - _sequence)) < 0)
        {
            return null;
        }

        TimeSpan roundTrip = now - TimeSpan.FromTicks(_sentTicks);
        Volatile.Write(ref _isWatching, 0);
        return roundTrip;
    }
}
