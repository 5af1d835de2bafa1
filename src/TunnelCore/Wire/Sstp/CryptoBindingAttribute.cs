namespace TunnelCore.Wire.Sstp;

/// <summary>Crypto Binding (MS-SSTP 2.2.6): ties the PPP authentication to the TLS connection.</summary>
/// <remarks>
/// | Off | Size | Field                                                           |
/// | 4   | 3    | reserved                                                        |
/// | 7   | 1    | Hash Protocol, one bit: 01 SHA1, 02 SHA256                      |
/// | 8   | 32   | Nonce of the Crypto Binding Request                             |
/// | 40  | 32   | Cert Hash; SHA1: 20 bytes and 12 zero bytes                     |
/// | 72  | 32   | Compound MAC; SHA1: 20 bytes and 12 zero bytes                  |
/// </remarks>
internal sealed record CryptoBindingAttribute(
    SstpHashProtocols HashProtocol, ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> CertHash, ReadOnlyMemory<byte> CompoundMac)
    : SstpAttribute(SstpAttributeId.CryptoBinding)
{
    public const int Size = 100;

    internal CryptoBindingAttribute(ReadOnlySpan<byte> value)
        : this((SstpHashProtocols)value[3], value[4..36].ToArray(), value[36..68].ToArray(), value[68..].ToArray())
    {
    }

    protected override int ValueLength => Size;

    public bool Equals(CryptoBindingAttribute? other) =>
        other is not null
        && other.HashProtocol == HashProtocol
        && other.Nonce.Span.SequenceEqual(Nonce.Span)
        && other.CertHash.Span.SequenceEqual(CertHash.Span)
        && other.CompoundMac.Span.SequenceEqual(CompoundMac.Span);

    public override int GetHashCode() => HashCode.Combine(HashProtocol, Nonce.Length);

    /// <summary>Values shorter than 32 bytes are padded with zero bytes at the end.</summary>
    protected override void WriteValue(Span<byte> value)
    {
        value.Clear();
        value[3] = (byte)HashProtocol;
        Nonce.Span.CopyTo(value[4..36]);
        CertHash.Span.CopyTo(value[36..68]);
        CompoundMac.Span.CopyTo(value[68..]);
    }
}
