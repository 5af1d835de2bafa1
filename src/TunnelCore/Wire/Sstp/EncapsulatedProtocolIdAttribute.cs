using System.Buffers.Binary;

namespace TunnelCore.Wire.Sstp;

/// <summary>Encapsulated Protocol ID (MS-SSTP 2.2.9): what the call carries.</summary>
/// <remarks>
/// | Off | Size | Field                     |
/// | 4   | 2    | protocol, 0001 = PPP      |
/// </remarks>
internal sealed record EncapsulatedProtocolIdAttribute(ushort Protocol) : SstpAttribute(SstpAttributeId.EncapsulatedProtocolId)
{
    public const int Size = 2;
    public const ushort Ppp = 1;

    internal EncapsulatedProtocolIdAttribute(ReadOnlySpan<byte> value)
        : this(BinaryPrimitives.ReadUInt16BigEndian(value))
    {
    }

    protected override int ValueLength => Size;

    protected override void WriteValue(Span<byte> value) => BinaryPrimitives.WriteUInt16BigEndian(value, Protocol);
}
