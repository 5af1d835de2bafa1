using System.Buffers.Binary;

namespace TestServers.Pptp;

/// <summary>The server's side of the control messages, byte by byte from RFC 2637 and independent of the client's codec.</summary>
internal static class ControlCodec
{
    public const ushort StartRequest = 1;
    public const ushort StartReply = 2;
    public const ushort StopRequest = 3;
    public const ushort StopReply = 4;
    public const ushort EchoRequest = 5;
    public const ushort EchoReply = 6;
    public const ushort CallRequest = 7;
    public const ushort CallReply = 8;
    public const ushort ClearRequest = 12;
    public const ushort DisconnectNotify = 13;
    public const ushort LinkInfo = 15;

    public static byte[] MakeStartReply(byte result = 1, byte error = 0, ushort version = 0x0100)
    {
        byte[] m = Make(StartReply, 156);
        Put16(m, 12, version);
        m[14] = result;
        m[15] = error;
        m[19] = m[23] = 3;
        m[25] = 1;
        "test server"u8.CopyTo(m.AsSpan(28));
        "NmVpnPlugin"u8.CopyTo(m.AsSpan(92));
        return m;
    }

    public static byte[] MakeCallReply(ushort serverCallId, ushort clientCallId, byte result = 1, byte error = 0, ushort cause = 0)
    {
        byte[] m = Make(CallReply, 32);
        Put16(m, 12, serverCallId);
        Put16(m, 14, clientCallId);
        m[16] = result;
        m[17] = error;
        Put16(m, 18, cause);
        BinaryPrimitives.WriteUInt32BigEndian(m.AsSpan(20), 100_000_000);
        Put16(m, 24, 64);
        return m;
    }

    public static byte[] MakeDisconnectNotify(ushort callId, byte result)
    {
        byte[] m = Make(DisconnectNotify, 148);
        Put16(m, 12, callId);
        m[14] = result;
        return m;
    }

    public static byte[] MakeStopRequest(byte reason)
    {
        byte[] m = Make(StopRequest, 16);
        m[12] = reason;
        return m;
    }

    public static byte[] MakeStopReply()
    {
        byte[] m = Make(StopReply, 16);
        m[12] = 1;
        return m;
    }

    public static byte[] MakeEchoRequest(uint identifier)
    {
        byte[] m = Make(EchoRequest, 16);
        BinaryPrimitives.WriteUInt32BigEndian(m.AsSpan(12), identifier);
        return m;
    }

    public static byte[] MakeEchoReply(ReadOnlySpan<byte> request)
    {
        byte[] m = Make(EchoReply, 20);
        request[12..16].CopyTo(m.AsSpan(12));
        m[16] = 1;
        return m;
    }

    public static int LengthOf(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message);

    public static ushort TypeOf(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadUInt16BigEndian(message[8..]);

    public static ushort Get16(ReadOnlySpan<byte> message, int offset) => BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);

    private static byte[] Make(ushort type, int length)
    {
        byte[] m = new byte[length];
        Put16(m, 0, (ushort)length);
        Put16(m, 2, 1);
        BinaryPrimitives.WriteUInt32BigEndian(m.AsSpan(4), 0x1A2B3C4D);
        Put16(m, 8, type);
        return m;
    }

    private static void Put16(byte[] m, int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(m.AsSpan(offset), value);
}
