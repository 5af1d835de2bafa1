namespace TunnelCore.Wire.Sstp;

/// <summary>Crypto Binding Request (MS-SSTP 2.2.5): what the server wants the client to prove.</summary>
/// <remarks>
/// | Off | Size | Field                                   |
/// | 4   | 3    | reserved                                |
/// | 7   | 1    | Hash Protocol Bitmask                   |
/// | 8   | 32   | Nonce                                   |
/// </remarks>
internal sealed record CryptoBindingRequestAttribute(SstpHashProtocols HashProtocols, ReadOnlyMemory<byte> Nonce)
    : SstpAttribute(SstpAttributeId.CryptoBindingRequest)
{
    public const int Size = 36;
    public const int NonceSize = 32;

    internal CryptoBindingRequestAttribute(ReadOnlySpan<byte> value)
        : this((SstpHashProtocols)value[3], value[4..].ToArray())
    {
    }

    protected override int ValueLength => Size;

    public bool Equals(CryptoBindingRequestAttribute? other) =>
        other is not null && other.HashProtocols == HashProtocols && other.Nonce.Span.SequenceEqual(Nonce.Span);

    public override int GetHashCode() => HashCode.Combine(HashProtocols, Nonce.Length);

    protected override void WriteValue(Span<byte> value)
    {
        value[..3].Clear();
        value[3] = (byte)HashProtocols;
        Nonce.Span.CopyTo(value[4..]);
    }
}
