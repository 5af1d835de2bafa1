using System.Buffers.Binary;

namespace TunnelCore.Wire.Sstp;

/// <summary>An attribute of a control packet (MS-SSTP 2.2.4). The sealed types carry what their ID says.</summary>
/// <remarks>
/// | Off | Size | Field                                                             |
/// | 0   | 1    | reserved                                                          |
/// | 1   | 1    | Attribute ID                                                      |
/// | 2   | 2    | 4 reserved bits, 12 bits length including these 4 bytes           |
/// | 4   | n    | value                                                             |
/// No padding between attributes.
/// </remarks>
internal abstract record SstpAttribute(SstpAttributeId Id)
{
    public const int HeaderSize = 4;
    public const ushort LengthMask = 0x0FFF;

    /// <summary>Bytes with header.</summary>
    public int Length => HeaderSize + ValueLength;

    protected abstract int ValueLength { get; }

    /// <summary>Reads a value whose length the walk over the packet has checked; a value that its ID does not allow stays opaque.</summary>
    public static SstpAttribute FromValue(SstpAttributeId id, ReadOnlySpan<byte> value) => id switch
    {
        SstpAttributeId.EncapsulatedProtocolId when value.Length == EncapsulatedProtocolIdAttribute.Size
            => new EncapsulatedProtocolIdAttribute(value),
        SstpAttributeId.StatusInfo when value.Length is StatusInfoAttribute.BareSize or >= StatusInfoAttribute.MinSize
            => new StatusInfoAttribute(value),
        SstpAttributeId.CryptoBinding when value.Length == CryptoBindingAttribute.Size
            => new CryptoBindingAttribute(value),
        SstpAttributeId.CryptoBindingRequest when value.Length == CryptoBindingRequestAttribute.Size
            => new CryptoBindingRequestAttribute(value),
        _ => new OpaqueAttribute(id, value.ToArray()),
    };

    /// <summary>Writes header and value; <paramref name="bytes"/> holds at least <see cref="Length"/>.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = 0;
        bytes[1] = (byte)Id;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)Length);
        WriteValue(bytes.Slice(HeaderSize, ValueLength));
    }

    protected abstract void WriteValue(Span<byte> value);
}
