namespace TunnelCore.Pptp;

/// <summary>
/// What of the server's packets is still to be acknowledged. The downlink notes packets and sends an acknowledgment of its own
/// when one is due; the uplink takes what is open along with its data, which is free.
/// </summary>
/// <remarks>
/// One word is shared: highest sequence number in the upper half, packets not yet acknowledged in the lower. All else belongs to
/// the downlink. Some servers stop when 16 packets are open, so eight are acknowledged without waiting, unless the uplink is busy.
/// </remarks>
internal sealed class GreAcks
{
    private const int Several = 8;

    private static readonly TimeSpan s_one = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_few = TimeSpan.FromMilliseconds(100);

    /// <summary>How long several packets wait for a busy uplink, and how long an uplink counts as busy.</summary>
    private static readonly TimeSpan s_busy = TimeSpan.FromMilliseconds(5);

    private long _open;
    private int _sent;
    private int _sentSeen;
    private TimeSpan? _sentAt;
    private TimeSpan _since;
    private TimeSpan _severalSince;

    /// <summary>Downlink: a packet was accepted.</summary>
    public void Received(uint highest, TimeSpan now)
    {
        int sent = Volatile.Read(ref _sent);
        if (sent != _sentSeen)
        {
            _sentSeen = sent;
            _sentAt = now;
        }

        long before = Volatile.Read(ref _open);
        while (true)
        {
            uint count = unchecked((uint)before) + 1;
            long after = ((long)highest << 32) | count;
            long seen = Interlocked.CompareExchange(ref _open, after, before);
            if (seen == before)
            {
                Note(count, now);
                return;
            }

            before = seen;
        }
    }

    /// <summary>Downlink: when to send an acknowledgment; null = nothing is open.</summary>
    public TimeSpan? Deadline
    {
        get
        {
            uint count = unchecked((uint)Volatile.Read(ref _open));
            return count switch
            {
                0 => null,
                1 => _since + s_one,
                < Several => _since + s_few,
                _ when _sentAt is { } sent && _severalSince - sent < s_busy => _severalSince + s_busy,
                _ => _severalSince,
            };
        }
    }

    /// <summary>Uplink, with data to carry it; downlink, with a packet of its own.</summary>
    /// <returns>False when nothing is open.</returns>
    public bool TryTake(out uint highest)
    {
        long before = Volatile.Read(ref _open);
        while (unchecked((uint)before) != 0)
        {
            long seen = Interlocked.CompareExchange(ref _open, before & ~0xFFFF_FFFFL, before);
            if (seen == before)
            {
                highest = (uint)(before >>> 32);
                return true;
            }

            before = seen;
        }

        highest = 0;
        return false;
    }

    /// <summary>Uplink: a data packet goes out, and what is open along with it.</summary>
    public bool TryPiggyback(out uint highest)
    {
        Volatile.Write(ref _sent, unchecked(_sent + 1));
        return TryTake(out highest);
    }

    private void Note(uint count, TimeSpan now)
    {
        if (count == 1)
        {
            _since = now;
        }

        if (count <= Several)
        {
            _severalSince = now;
        }
    }
}
