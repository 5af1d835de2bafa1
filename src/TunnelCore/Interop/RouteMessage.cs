using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>Bytes of rtnetlink(7) messages about routes, in host byte order but for the addresses.</summary>
/// <remarks>
/// | Off | Size | nlmsghdr | Off | Size | rtmsg             | Off | Size | rtattr (padded to 4) |
/// | 0   | 4    | length   | 0   | 1    | family            | 0   | 2    | length with header   |
/// | 4   | 2    | type     | 1   | 1    | destination bits  | 2   | 2    | type                 |
/// | 6   | 2    | flags    | 2,3 | 1, 1 | source bits, TOS  | 4   | n    | value                |
/// | 8   | 4    | sequence | 4,5 | 1, 1 | table, protocol   |     |      |                      |
/// | 12  | 4    | port     | 6,7 | 1, 1 | scope, type       |     |      |                      |
/// |     |      |          | 8   | 4    | flags             |     |      |                      |
/// </remarks>
internal static class RouteMessage
{
    public const int HeaderSize = 16;
    public const int RouteSize = 12;
    public const ushort Error = 2;
    public const ushort NewRoute = 24;
    public const ushort DeleteRoute = 25;
    public const ushort GetRoute = 26;
    public const ushort FlagRequest = 1;
    public const ushort FlagAcknowledge = 4;
    public const ushort FlagExclusive = 0x200;
    public const ushort FlagCreate = 0x400;
    public const ushort AttributeDestination = 1;
    public const ushort AttributeSource = 2;
    public const ushort AttributeInterface = 4;
    public const ushort AttributeGateway = 5;
    public const ushort AttributePreferredSource = 7;
    public const ushort AttributeMetrics = 8;
    public const ushort MetricMtu = 2;
    public const int AttributeHeader = 4;

    public static void WriteHeader(Span<byte> message, ushort type, ushort flags, uint sequence)
    {
        uint length = (uint)message.Length;
        ushort all = (ushort)(flags | FlagRequest);
        MemoryMarshal.Write(message, in length);
        MemoryMarshal.Write(message[4..], in type);
        MemoryMarshal.Write(message[6..], in all);
        MemoryMarshal.Write(message[8..], in sequence);
        message[12..HeaderSize].Clear();
    }

    /// <summary>False for bytes that are no whole message.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> message, out int length, out ushort type, out uint sequence)
    {
        (length, type, sequence) = (0, 0, 0);
        if (message.Length < HeaderSize)
        {
            return false;
        }

        length = MemoryMarshal.Read<int>(message);
        type = MemoryMarshal.Read<ushort>(message[4..]);
        sequence = MemoryMarshal.Read<uint>(message[8..]);
        return length >= HeaderSize && length <= message.Length;
    }

    public static void AddAttribute(List<byte> message, ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> header = stackalloc byte[AttributeHeader];
        ushort length = (ushort)(AttributeHeader + value.Length);
        MemoryMarshal.Write(header, in length);
        MemoryMarshal.Write(header[2..], in type);
        message.AddRange(header);
        message.AddRange(value);
        while (message.Count % 4 != 0)
        {
            message.Add(0);
        }
    }

    /// <summary>The value of the first attribute of that type behind a struct rtmsg; empty when there is none.</summary>
    public static ReadOnlySpan<byte> FindAttribute(ReadOnlySpan<byte> body, ushort type) =>
        Find(body.Length > RouteSize ? body[RouteSize..] : default, type);

    /// <summary>The value of the first attribute of that type in a list of attributes; empty when there is none.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort type)
    {
        while (attributes.Length >= AttributeHeader)
        {
            int length = MemoryMarshal.Read<ushort>(attributes);
            if (length < AttributeHeader || length > attributes.Length)
            {
                break;
            }

            if (MemoryMarshal.Read<ushort>(attributes[2..]) == type)
            {
                return attributes[AttributeHeader..length];
            }

            attributes = attributes[Math.Min((length + 3) & ~3, attributes.Length)..];
        }

        return default;
    }
}
