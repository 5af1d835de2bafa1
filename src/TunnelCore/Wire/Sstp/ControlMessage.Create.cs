namespace TunnelCore.Wire.Sstp;

/// <summary>The messages of both directions.</summary>
internal sealed partial record ControlMessage
{
    public static ControlMessage CallConnectRequest { get; } =
        new(SstpMessageType.CallConnectRequest, [new EncapsulatedProtocolIdAttribute(EncapsulatedProtocolIdAttribute.Ppp)]);

    public static ControlMessage CallDisconnectAck { get; } = new(SstpMessageType.CallDisconnectAck, []);

    public static ControlMessage EchoRequest { get; } = new(SstpMessageType.EchoRequest, []);

    public static ControlMessage EchoResponse { get; } = new(SstpMessageType.EchoResponse, []);

    public static ControlMessage CallConnectAck(SstpHashProtocols hashes, ReadOnlyMemory<byte> nonce) =>
        new(SstpMessageType.CallConnectAck, [new CryptoBindingRequestAttribute(hashes, nonce)]);

    public static ControlMessage CallConnectNak(params StatusInfoAttribute[] statuses) =>
        new(SstpMessageType.CallConnectNak, statuses);

    public static ControlMessage CallConnected(CryptoBindingAttribute binding) => new(SstpMessageType.CallConnected, [binding]);

    /// <summary>Without a status the message has no attribute.</summary>
    public static ControlMessage CallAbort(StatusInfoAttribute? status) =>
        new(SstpMessageType.CallAbort, status is null ? [] : [status]);

    /// <inheritdoc cref="CallAbort"/>
    public static ControlMessage CallDisconnect(StatusInfoAttribute? status) =>
        new(SstpMessageType.CallDisconnect, status is null ? [] : [status]);
}
