using System.Buffers.Binary;
using TunnelCore.Wire.Ppp;

namespace TunnelCore.Pppd;

/// <summary>
/// Whether octets below 20 must be escaped towards pppd: its kernel drops those of its async control character map. The map is what
/// the server acknowledged (RFC 1662 7.1), and every octet before that. One thread, the downlink.
/// </summary>
internal sealed class AsyncMap
{
    private const byte ConfigureAck = 2;
    private const byte MapOption = 2;
    private const int MapOptionLength = 6;
    private const int PacketHeader = 4;

    public bool EscapesControls { get; private set; } = true;

    /// <summary>A frame from the server.</summary>
    public void Observe(ReadOnlySpan<byte> frame)
    {
        if (!PppFrame.TryParse(frame, out PppFrame parsed) || parsed.Protocol != PppProtocol.Lcp)
        {
            return;
        }

        ReadOnlySpan<byte> packet = parsed.Information;
        if (packet.Length < PacketHeader || packet[0] != ConfigureAck)
        {
            return;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (length >= PacketHeader && length <= packet.Length)
        {
            EscapesControls = Map(packet[PacketHeader..length]) != 0;
        }
    }

    private static uint Map(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 2 && options[1] >= 2 && options[1] <= options.Length)
        {
            if (options[0] == MapOption && options[1] == MapOptionLength)
            {
                return BinaryPrimitives.ReadUInt32BigEndian(options[2..]);
            }

            options = options[options[1]..];
        }

        return uint.MaxValue;
    }
}
