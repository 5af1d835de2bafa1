namespace TunnelCore.Wire.Sstp;

/// <summary>Hash Protocol Bitmask of the Crypto Binding attributes (MS-SSTP 2.2.5, 2.2.6). Other bits are kept.</summary>
[Flags]
internal enum SstpHashProtocols : byte
{
    None = 0,
    Sha1 = 1,
    Sha256 = 2,
}
