using System.Runtime.InteropServices;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>Bytes of the callback socket and their meaning (callback-protocol.h).</summary>
internal static class CallbackCodec
{
    public const uint Version = 3;

    /// <summary>u16 type, u16 length.</summary>
    public const int HeaderLength = 4;

    /// <summary>Largest message, header included.</summary>
    public const int MaxLength = 1024;

    /// <summary>pppd's buffers for a name and for a secret hold that many bytes and a terminator.</summary>
    public const int MaxText = 255;

    /// <summary>The plugin takes no smaller limit for packets: LCP's own messages would not fit.</summary>
    public const int MinLimit = 128;

    private const int MaxInterfaceName = 31;
    private const int MaxKey = 64;
    private const uint MaxMtu = 65535;

    /// <summary>Null when the bytes are no message that the plugin may send.</summary>
    public static CallbackMessage? Parse(ReadOnlySpan<byte> packet)
    {
        if (packet.Length is < HeaderLength or > MaxLength || MemoryMarshal.Read<ushort>(packet[2..]) != packet.Length - HeaderLength)
        {
            return null;
        }

        CallbackFields fields = new(packet[HeaderLength..]);
        CallbackMessage? message = Parse((CallbackMessageType)MemoryMarshal.Read<ushort>(packet), ref fields);
        if (fields.Complete)
        {
            return message;
        }

        (message as CallbackMessage.Authenticated)?.Keys.Dispose();
        return null;
    }

    /// <summary>
    /// Start. The longest packet that PPP may carry in either direction, and the seconds until a Configure-Request is repeated; 0 = what
    /// the options say. Returns the bytes written.
    /// </summary>
    public static int WriteStart(PathTraits path, Span<byte> packet)
    {
        uint limit = path.LongestPacket is not (null or 0) and int longest ? (uint)Math.Clamp(longest, MinLimit, (int)MaxMtu) : 0;
        uint restart = (uint)path.RestartSeconds;
        MemoryMarshal.Write(packet[HeaderLength..], in limit);
        MemoryMarshal.Write(packet[(HeaderLength + sizeof(uint))..], in restart);
        return Finish(CallbackMessageType.Start, packet, HeaderLength + (2 * sizeof(uint)));
    }

    /// <summary>A message without fields: NoSecret, Continue, NoChannel. Returns the bytes written.</summary>
    public static int Write(CallbackMessageType type, Span<byte> packet) => Finish(type, packet, HeaderLength);

    /// <summary>Secret. Both at most <see cref="MaxText"/> bytes; the caller wipes the packet.</summary>
    public static int WriteSecret(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password, Span<byte> packet)
    {
        int at = HeaderLength;
        at += WriteBytes(user, packet[at..]);
        at += WriteBytes(password, packet[at..]);
        return Finish(CallbackMessageType.Secret, packet, at);
    }

    /// <summary>Channel; its descriptor goes beside it. Returns the bytes written.</summary>
    public static int WriteChannel(uint kind, Span<byte> packet)
    {
        MemoryMarshal.Write(packet[HeaderLength..], in kind);
        return Finish(CallbackMessageType.Channel, packet, HeaderLength + sizeof(uint));
    }

    private static CallbackMessage? Parse(CallbackMessageType type, ref CallbackFields f) => type switch
    {
        CallbackMessageType.Hello => new CallbackMessage.Hello(f.U32(), f.U32(), f.U32()),
        CallbackMessageType.Phase => new CallbackMessage.Phase((PppPhase)f.U32(), (int)f.U32()),
        CallbackMessageType.NeedSecret => new CallbackMessage.NeedSecret((CallbackAuthMethod)f.U32(), f.Text(MaxText)),
        CallbackMessageType.Authenticated => new CallbackMessage.Authenticated(
            (CallbackAuthMethod)f.U32(), new PppKeys(f.Bytes(MaxKey), f.Bytes(MaxKey))),
        CallbackMessageType.Ip4 => new CallbackMessage.Ip4(
            f.Text(MaxInterfaceName), f.U32(), f.Address(), f.Address(), f.Address(), f.Address(), f.Address(), f.Address(), Mtu(f.U32())),
        CallbackMessageType.Ip4Down => new CallbackMessage.Ip4Down(),
        CallbackMessageType.Ip6 => new CallbackMessage.Ip6(f.Text(MaxInterfaceName), f.U32(), f.InterfaceId(), f.InterfaceId(), Mtu(f.U32())),
        CallbackMessageType.Ip6Rejected => new CallbackMessage.Ip6Rejected(),
        CallbackMessageType.Ip6Down => new CallbackMessage.Ip6Down(),
        CallbackMessageType.LinkDown => new CallbackMessage.LinkDown(),
        CallbackMessageType.Exit => new CallbackMessage.Exit((int)f.U32()),
        CallbackMessageType.NeedChannel => new CallbackMessage.NeedChannel(),
        CallbackMessageType.Received => new CallbackMessage.Received(f.Bytes(MaxLength).ToArray()),
        CallbackMessageType.LcpSent => new CallbackMessage.LcpSent(),
        _ => null,
    };

    private static int Mtu(uint value) => (int)Math.Min(value, MaxMtu);

    private static int WriteBytes(ReadOnlySpan<byte> bytes, Span<byte> to)
    {
        ushort length = checked((ushort)bytes.Length);
        MemoryMarshal.Write(to, in length);
        bytes.CopyTo(to[sizeof(ushort)..]);
        return sizeof(ushort) + bytes.Length;
    }

    private static int Finish(CallbackMessageType type, Span<byte> packet, int length)
    {
        ushort kind = (ushort)type;
        ushort payload = checked((ushort)(length - HeaderLength));
        MemoryMarshal.Write(packet, in kind);
        MemoryMarshal.Write(packet[2..], in payload);
        return length;
    }
}
