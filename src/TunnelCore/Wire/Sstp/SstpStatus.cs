namespace TunnelCore.Wire.Sstp;

/// <summary>Status of a Status Info attribute (MS-SSTP 2.2.7). Other values keep their number.</summary>
internal enum SstpStatus : uint
{
    NoError = 0x0,
    DuplicateAttribute = 0x1,
    UnrecognizedAttribute = 0x2,
    InvalidAttributeValueLength = 0x3,
    ValueNotSupported = 0x4,
    UnacceptedFrameReceived = 0x5,
    RetryCountExceeded = 0x6,
    InvalidFrameReceived = 0x7,
    NegotiationTimeout = 0x8,
    AttributeNotSupportedInMessage = 0x9,
    RequiredAttributeMissing = 0xA,
    StatusInfoNotSupportedInMessage = 0xB,
}
