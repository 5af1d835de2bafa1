using TunnelCore.Wire.Gre;

namespace TunnelCore.Pptp;

/// <summary>
/// Numbers outgoing packets (RFC 2637 4.3, 4.4). The server's window is not waited for: nothing is retransmitted, and the traffic
/// inside has its own flow control. Uplink only.
/// </summary>
internal sealed class GreSender(ushort serverCallId, GreAcks acks, GreRoundTrip roundTrip)
{
    /// <summary>Like every Linux client, and unlike the RFC's 0: some servers know it.</summary>
    private uint _next = 1;

    /// <summary>Writes the header in front of a frame, with the acknowledgment when one is open.</summary>
    /// <param name="headroom"><see cref="GrePacket.MaxHeader"/> bytes; the header ends where the frame begins.</param>
    /// <returns>Bytes of the header.</returns>
    public int WriteHeader(Span<byte> headroom, int frameLength)
    {
        uint? acknowledgment = acks.TryPiggyback(out uint highest) ? highest : null;
        return GrePacket.WriteDataHeader(headroom, serverCallId, frameLength, unchecked(_next++), acknowledgment);
    }

    /// <summary>What was written has been sent.</summary>
    public void Sent(TimeSpan now) => roundTrip.Sent(unchecked(_next - 1), now);
}
