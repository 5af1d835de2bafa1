namespace TunnelCore.Wire.Sstp;

/// <summary>An attribute with an ID we do not know, or whose value has not the length that its ID demands.</summary>
internal sealed record OpaqueAttribute(SstpAttributeId Id, ReadOnlyMemory<byte> Value) : SstpAttribute(Id)
{
    protected override int ValueLength => Value.Length;

    public bool Equals(OpaqueAttribute? other) => other is not null && other.Id == Id && other.Value.Span.SequenceEqual(Value.Span);

    public override int GetHashCode() => HashCode.Combine(Id, Value.Length);

    protected override void WriteValue(Span<byte> value) => Value.Span.CopyTo(value);
}
