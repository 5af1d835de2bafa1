namespace TunnelCore.Session;

/// <summary>What has gone through a tunnel, in bytes of PPP frames; may be read by any thread.</summary>
public sealed class TunnelTraffic
{
    internal long SentBytes;
    internal long ReceivedBytes;

    public long Sent => Volatile.Read(ref SentBytes);

    public long Received => Volatile.Read(ref ReceivedBytes);
}
