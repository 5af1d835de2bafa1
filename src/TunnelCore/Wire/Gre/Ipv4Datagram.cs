namespace TunnelCore.Wire.Gre;

/// <summary>The IPv4 header that a raw socket delivers in front of what it carries (RFC 791 3.1).</summary>
internal static class Ipv4Datagram
{
    private const int MinHeader = 20;

    /// <summary>What stands behind the header and its options; empty when the datagram is shorter than it says.</summary>
    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < MinHeader || datagram[0] >> 4 != 4)
        {
            return [];
        }

        int header = (datagram[0] & 0x0F) * 4;
        return header < MinHeader || header > datagram.Length ? [] : datagram[header..];
    }
}
