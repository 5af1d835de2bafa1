using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>The messages that the plugins of other SSTP clients for pppd send, and the answers they want (host byte order).</summary>
/// <remarks>
/// | Off | Size | Message                      | Off | Size | Attribute, padded to 4 |
/// | 0   | 4    | magic 0x73737470             | 0   | 2    | type                   |
/// | 4   | 2    | length of the attributes     | 2   | 2    | length of the value    |
/// | 6   | 2    | type: 1 Auth, 2 Addr, 3 Ack  | 4   | n    | value                  |
/// </remarks>
internal static class SstpKeyMessage
{
    public const int HeaderSize = 8;
    public const int MaxPayload = 512;
    public const ushort Auth = 1;
    public const ushort Addr = 2;

    private const uint Magic = 0x73737470;
    private const ushort Ack = 3;
    private const ushort SendKey = 1;
    private const ushort ReceiveKey = 2;
    private const ushort GatewayName = 3;
    private const ushort GatewayAddress = 4;
    private const int AttributeHeader = 4;
    private const int MaxKey = 64;

    /// <summary>False for anything that is no header of a message with a sane length.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out int payload, out ushort type)
    {
        (payload, type) = (MemoryMarshal.Read<ushort>(header[4..]), MemoryMarshal.Read<ushort>(header[6..]));
        return MemoryMarshal.Read<uint>(header) == Magic && payload <= MaxPayload && type is Auth or Addr;
    }

    /// <summary>The keys of an Auth message; without attributes there are none. Null when an attribute breaks the format.</summary>
    public static PppKeys? ReadKeys(ReadOnlySpan<byte> payload)
    {
        ReadOnlySpan<byte> send = default;
        ReadOnlySpan<byte> receive = default;
        while (payload.Length >= AttributeHeader)
        {
            ushort type = MemoryMarshal.Read<ushort>(payload);
            int length = MemoryMarshal.Read<ushort>(payload[2..]);
            payload = payload[AttributeHeader..];
            if (length > payload.Length)
            {
                return null;
            }

            ReadOnlySpan<byte> value = payload[..length];
            if (type is SendKey or ReceiveKey && length > MaxKey)
            {
                return null;
            }

            send = type == SendKey ? value : send;
            receive = type == ReceiveKey ? value : receive;
            payload = payload[Math.Min((length + 3) & ~3, payload.Length)..];
        }

        return payload.IsEmpty ? new PppKeys(send, receive) : null;
    }

    public static byte[] WriteAck() => Message([]);

    public static byte[] WriteAck(string name, IPEndPoint address)
    {
        List<byte> payload = [];
        Add(payload, GatewayName, Encoding.UTF8.GetBytes(name));
        Add(payload, GatewayAddress, Native(address));
        return Message(payload);
    }

    private static byte[] Message(List<byte> payload)
    {
        byte[] message = new byte[HeaderSize + payload.Count];
        uint magic = Magic;
        ushort length = (ushort)payload.Count;
        ushort type = Ack;
        MemoryMarshal.Write(message, in magic);
        MemoryMarshal.Write(message.AsSpan(4), in length);
        MemoryMarshal.Write(message.AsSpan(6), in type);
        payload.CopyTo(message, HeaderSize);
        return message;
    }

    private static void Add(List<byte> payload, ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[AttributeHeader];
        ushort length = (ushort)value.Length;
        MemoryMarshal.Write(header, in type);
        MemoryMarshal.Write(header[2..], in length);
        payload.AddRange(header);
        payload.AddRange(value);
        while (payload.Count % 4 != 0)
        {
            payload.Add(0);
        }
    }

    /// <summary>sockaddr_in (16 bytes) or sockaddr_in6 (28 bytes).</summary>
    private static byte[] Native(IPEndPoint address)
    {
        bool isIp6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        byte[] native = new byte[isIp6 ? 28 : 16];
        ushort family = (ushort)(isIp6 ? 10 : 2);
        MemoryMarshal.Write(native, in family);
        BinaryPrimitives.WriteUInt16BigEndian(native.AsSpan(2), (ushort)address.Port);
        address.Address.GetAddressBytes().CopyTo(native, isIp6 ? 8 : 4);
        return native;
    }
}
