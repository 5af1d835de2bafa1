using System.Buffers.Binary;

namespace TunnelCore.Wire.Sstp;

/// <summary>A control packet (MS-SSTP 2.2.2) behind its 4-byte packet header.</summary>
/// <remarks>
/// | Off | Size | Field                                |
/// | 4   | 2    | Message Type                         |
/// | 6   | 2    | Num Attributes                       |
/// | 8   | n    | attributes                           |
/// </remarks>
internal sealed partial record ControlMessage(SstpMessageType Type, IReadOnlyList<SstpAttribute> Attributes)
{
    /// <summary>Why reading stopped early; the attributes before the defect are there.</summary>
    public ControlDefect Defect { get; init; }

    /// <summary>The attribute with the bad length; <see cref="SstpAttributeId.NoError"/> when there is none.</summary>
    public SstpAttributeId DefectAttribute { get; init; }

    /// <summary>Bytes of the packet with its header.</summary>
    public int Length => SstpPacketHeader.MinControlLength + Attributes.Sum(attribute => attribute.Length);

    /// <summary>
    /// Reads a whole control packet (8..4095 bytes, header checked by <see cref="SstpPacketHeader.Read"/>). Lenient where servers
    /// need it: reserved bits, bytes behind the last attribute, unknown IDs. Work is bounded by the packet, whatever it announces.
    /// </summary>
    public static ControlMessage Parse(ReadOnlySpan<byte> packet)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(packet.Length, SstpPacketHeader.MinControlLength);
        SstpMessageType type = (SstpMessageType)BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
        int announced = BinaryPrimitives.ReadUInt16BigEndian(packet[6..]);
        ReadOnlySpan<byte> rest = packet[SstpPacketHeader.MinControlLength..];
        if (announced == 0)
        {
            return new ControlMessage(type, []);
        }
        List<SstpAttribute> attributes = [];
        for (int i = 0; i < announced; i++)
        {
            if (rest.Length < SstpAttribute.HeaderSize)
            {
                return new ControlMessage(type, attributes) { Defect = ControlDefect.MissingAttributes };
            }
            SstpAttributeId id = (SstpAttributeId)rest[1];
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) & SstpAttribute.LengthMask;
            if (length < SstpAttribute.HeaderSize || length > rest.Length)
            {
                return new ControlMessage(type, attributes) { Defect = ControlDefect.AttributeLength, DefectAttribute = id };
            }
            attributes.Add(SstpAttribute.FromValue(id, rest[SstpAttribute.HeaderSize..length]));
            rest = rest[length..];
        }
        return new ControlMessage(type, attributes);
    }

    /// <summary>Writes the packet with its header; <paramref name="bytes"/> holds at least <see cref="Length"/>.</summary>
    public void Write(Span<byte> bytes)
    {
        new SstpPacketHeader(true, Length).Write(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], (ushort)Type);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)Attributes.Count);
        int offset = SstpPacketHeader.MinControlLength;
        foreach (SstpAttribute attribute in Attributes)
        {
            attribute.Write(bytes[offset..]);
            offset += attribute.Length;
        }
    }

    public byte[] ToArray()
    {
        byte[] bytes = new byte[Length];
        Write(bytes);
        return bytes;
    }

    /// <summary>The first attribute with this ID; later duplicates do not count.</summary>
    public SstpAttribute? Find(SstpAttributeId id) => Attributes.FirstOrDefault(attribute => attribute.Id == id);

    public bool Equals(ControlMessage? other) =>
        other is not null && other.Type == Type && other.Defect == Defect && other.Attributes.SequenceEqual(Attributes);

    public override int GetHashCode() => HashCode.Combine(Type, Attributes.Count);
}
