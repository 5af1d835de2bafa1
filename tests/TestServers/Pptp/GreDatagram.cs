using System.Buffers.Binary;

namespace TestServers.Pptp;

/// <summary>A GRE packet as the server sees it (RFC 2637 4.1); its own codec.</summary>
/// <param name="CallId">Receiver's call ID.</param>
/// <param name="Sequence">Null in a packet that only acknowledges.</param>
/// <param name="Ack">Null when it acknowledges nothing.</param>
/// <param name="Payload">PPP frame.</param>
internal sealed record GreDatagram(ushort CallId, uint? Sequence, uint? Ack, byte[] Payload)
{
    /// <summary>Reads a datagram of a raw socket, IP header included; throws on anything a client must not send.</summary>
    public static GreDatagram Parse(ReadOnlySpan<byte> datagram)
    {
        ReadOnlySpan<byte> gre = datagram[((datagram[0] & 15) * 4)..];
        bool sequenced = (gre[0] & 0x10) != 0;
        bool acked = (gre[1] & 0x80) != 0;
        int header = 8 + (sequenced ? 4 : 0) + (acked ? 4 : 0);
        int length = BinaryPrimitives.ReadUInt16BigEndian(gre[4..]);
        if ((gre[0] & 0xEF) != 0x20 || (gre[1] & 0x7F) != 1 || gre[2] != 0x88 || gre[3] != 0x0B || gre.Length != header + length)
        {
            throw new InvalidDataException($"The client sent a bad GRE packet: {Convert.ToHexString(gre)}");
        }

        return new GreDatagram(
            BinaryPrimitives.ReadUInt16BigEndian(gre[6..]),
            sequenced ? BinaryPrimitives.ReadUInt32BigEndian(gre[8..]) : null,
            acked ? BinaryPrimitives.ReadUInt32BigEndian(gre[(header - 4)..]) : null,
            gre[header..].ToArray());
    }

    public byte[] ToBytes()
    {
        int header = 8 + (Sequence is null ? 0 : 4) + (Ack is null ? 0 : 4);
        byte[] b = new byte[header + Payload.Length];
        b[0] = (byte)(0x20 | (Sequence is null ? 0 : 0x10));
        b[1] = (byte)(1 | (Ack is null ? 0 : 0x80));
        b[2] = 0x88;
        b[3] = 0x0B;
        BinaryPrimitives.WriteUInt16BigEndian(b.AsSpan(4), (ushort)Payload.Length);
        BinaryPrimitives.WriteUInt16BigEndian(b.AsSpan(6), CallId);
        if (Sequence is { } sequence)
        {
            BinaryPrimitives.WriteUInt32BigEndian(b.AsSpan(8), sequence);
        }

        if (Ack is { } ack)
        {
            BinaryPrimitives.WriteUInt32BigEndian(b.AsSpan(header - 4), ack);
        }

        Payload.CopyTo(b, header);
        return b;
    }
}
