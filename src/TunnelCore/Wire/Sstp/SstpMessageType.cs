namespace TunnelCore.Wire.Sstp;

/// <summary>Message Type of a control packet (MS-SSTP 2.2.2). Other values keep their number.</summary>
internal enum SstpMessageType : ushort
{
    CallConnectRequest = 1,
    CallConnectAck = 2,
    CallConnectNak = 3,
    CallConnected = 4,
    CallAbort = 5,
    CallDisconnect = 6,
    CallDisconnectAck = 7,
    EchoRequest = 8,
    EchoResponse = 9,
}
