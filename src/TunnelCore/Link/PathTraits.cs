namespace TunnelCore.Link;

/// <summary>What a transport has learnt of the way to the server by the time PPP starts.</summary>
/// <param name="LongestPacket">Packets that neither side shall exceed, in bytes (RFC 1661 6.1); null = what the options say.</param>
/// <param name="RoundTrip">From a request to its answer; null = not known.</param>
public readonly record struct PathTraits(int? LongestPacket = null, TimeSpan? RoundTrip = null)
{
    /// <summary>Seconds that count, however slow the way: a server gives up by itself after some ten of its own.</summary>
    private const int Slowest = 10;

    /// <summary>pppd's own, and what most servers wait.</summary>
    private const int Usual = 3;

    private static readonly TimeSpan s_quick = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Seconds to wait for the answer to a Configure-Request before it is sent again; 0 = what the options say, which suits a quick
    /// way. A request that is repeated while its answer is still on its way reaches a server that is done negotiating, which then begins
    /// anew (RFC 1661 4.3): on a slow way that never ends.
    /// </summary>
    public int RestartSeconds => RoundTrip is { } time && time > s_quick
        ? (int)Math.Clamp(Math.Ceiling(2 * time.TotalSeconds), Usual, Slowest)
        : 0;
}
