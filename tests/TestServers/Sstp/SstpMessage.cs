using System.Buffers.Binary;

namespace TestServers.Sstp;

/// <summary>Builds the bytes of SSTP packets ([MS-SSTP] 2.2), right ones and, for scripts, any others.</summary>
internal static class SstpMessage
{
    public const int HeaderSize = 4;
    public const int ControlHeaderSize = 8;
    public const int MaxSize = 4095;

    /// <summary>version 10, C bit 1, length 2, type 2, number of attributes 2, attributes.</summary>
    public static byte[] Control(int type, params byte[][] attributes)
    {
        int length = ControlHeaderSize + attributes.Sum(a => a.Length);
        byte[] message = new byte[length];
        message[0] = 0x10;
        message[1] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(4), (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)attributes.Length);
        int at = ControlHeaderSize;
        foreach (byte[] attribute in attributes)
        {
            attribute.CopyTo(message, at);
            at += attribute.Length;
        }
        return message;
    }

    /// <summary>reserved 1, number 1, length 2 (with these four bytes), value.</summary>
    public static byte[] Attribute(byte id, ReadOnlySpan<byte> value) =>
        [0, id, (byte)((value.Length + 4) >> 8), (byte)(value.Length + 4), .. value];

    public static byte[] Data(ReadOnlySpan<byte> frame) =>
        [0x10, 0, (byte)((frame.Length + HeaderSize) >> 8), (byte)(frame.Length + HeaderSize), .. frame];

    public static byte[] ConnectRequest() => Control(SstpCode.CallConnectRequest, Attribute(SstpCode.EncapsulatedProtocol, [0, 1]));

    /// <param name="hashMask">1 SHA-1, 2 SHA-256, 3 both.</param>
    public static byte[] ConnectAck(byte hashMask, ReadOnlySpan<byte> nonce) =>
        Control(SstpCode.CallConnectAck, Attribute(SstpCode.CryptoBindingRequest, [0, 0, 0, hashMask, .. nonce]));

    public static byte[] ConnectNak(byte attribute, uint status, params byte[] value) =>
        Control(SstpCode.CallConnectNak, Status(attribute, status, value));

    public static byte[] Abort() => Control(SstpCode.CallAbort);

    public static byte[] Abort(byte attribute, uint status) => Control(SstpCode.CallAbort, Status(attribute, status));

    public static byte[] Disconnect() => Control(SstpCode.CallDisconnect);

    public static byte[] Disconnect(uint status) => Control(SstpCode.CallDisconnect, Status(0, status));

    public static byte[] DisconnectAck() => Control(SstpCode.CallDisconnectAck);

    public static byte[] EchoRequest() => Control(SstpCode.EchoRequest);

    public static byte[] EchoResponse() => Control(SstpCode.EchoResponse);

    /// <summary>Status Info: three reserved bytes, attribute number, status, copy of the refused value.</summary>
    public static byte[] Status(byte attribute, uint status, params byte[] value)
    {
        byte[] body = [0, 0, 0, attribute, 0, 0, 0, 0, .. value];
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(4), status);
        return Attribute(SstpCode.StatusInfo, body);
    }
}
