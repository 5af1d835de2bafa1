namespace TunnelCore.Wire.Sstp;

/// <summary>Attribute ID (MS-SSTP 2.2.4). Other values keep their number.</summary>
internal enum SstpAttributeId : byte
{
    /// <summary>"None" as the subject of a Status Info; some servers send it as an attribute of its own.</summary>
    NoError = 0,
    EncapsulatedProtocolId = 1,
    StatusInfo = 2,
    CryptoBinding = 3,
    CryptoBindingRequest = 4,
}
