namespace TestServers.Sstp;

/// <summary>Message types, attribute numbers and status codes of [MS-SSTP] 2.2.</summary>
internal static class SstpCode
{
    public const int CallConnectRequest = 1;
    public const int CallConnectAck = 2;
    public const int CallConnectNak = 3;
    public const int CallConnected = 4;
    public const int CallAbort = 5;
    public const int CallDisconnect = 6;
    public const int CallDisconnectAck = 7;
    public const int EchoRequest = 8;
    public const int EchoResponse = 9;

    public const byte EncapsulatedProtocol = 1;
    public const byte StatusInfo = 2;
    public const byte CryptoBinding = 3;
    public const byte CryptoBindingRequest = 4;

    public const uint NoError = 0;
    public const uint ValueNotSupported = 4;
    public const uint UnacceptedFrame = 5;
    public const uint RetryCountExceeded = 6;
    public const uint InvalidFrame = 7;
    public const uint NegotiationTimeout = 8;
    public const uint AttributeMissing = 10;
}
