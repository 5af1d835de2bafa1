using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Header of every control message (RFC 2637 2), 12 bytes, big-endian.</summary>
/// <remarks>
/// | Off | Size | Field                                                                       |
/// | 0   | 2    | Length of the message including this header, 12..220                        |
/// | 2   | 2    | PPTP Message Type: 1 control, 2 management (undefined)                      |
/// | 4   | 4    | Magic Cookie 1A2B3C4D                                                       |
/// | 8   | 2    | Control Message Type                                                        |
/// | 10  | 2    | Reserved0, sent as 0; some servers send something else                      |
/// </remarks>
/// <param name="Length">Bytes of the message including the header.</param>
/// <param name="IsControl">False for messages that are none of RFC 2637's.</param>
/// <param name="Type">Which control message; may be an unknown number.</param>
/// <param name="Reserved0">0, or what a server put there.</param>
internal readonly record struct PptpHeader(int Length, bool IsControl, PptpMessageType Type, ushort Reserved0)
{
    public const int Size = 12;

    /// <summary>The longest message, an Incoming-Call-Request.</summary>
    public const int MaxLength = 220;

    private const ushort ControlMessage = 1;

    private static ReadOnlySpan<byte> MagicCookie => [0x1A, 0x2B, 0x3C, 0x4D];

    /// <summary>Bytes of a message by its type; 0 stands for the types that do not exist.</summary>
    private static ReadOnlySpan<byte> Sizes => [0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24];

    /// <summary>Exact size of a message of this type, or 0 for an unknown type.</summary>
    public static int SizeOf(PptpMessageType type) => (int)type < Sizes.Length ? Sizes[(int)type] : 0;

    /// <summary>
    /// Judges as much as is there, so that what is no PPTP is known by its first bytes; never says
    /// <see cref="PptpFraming.Message"/> for a message that is not whole.
    /// </summary>
    public static PptpFraming Read(ReadOnlySpan<byte> bytes, out PptpHeader header)
    {
        header = default;
        ReadOnlySpan<byte> cookie = bytes.Length > 4 ? bytes[4..Math.Min(bytes.Length, 8)] : [];
        if (!MagicCookie.StartsWith(cookie))
        {
            return PptpFraming.NotPptp;
        }

        if (bytes.Length < 2)
        {
            return PptpFraming.Incomplete;
        }

        int length = ReadUInt16BigEndian(bytes);
        if (length is < Size or > MaxLength)
        {
            return PptpFraming.BadLength;
        }

        if (bytes.Length < Size)
        {
            return PptpFraming.Incomplete;
        }

        header = new PptpHeader(length, ReadUInt16BigEndian(bytes[2..]) == ControlMessage,
            (PptpMessageType)ReadUInt16BigEndian(bytes[8..]), ReadUInt16BigEndian(bytes[10..]));
        if (header.IsControl && SizeOf(header.Type) is > 0 and int exact && exact != length)
        {
            return PptpFraming.BadLength;
        }

        return bytes.Length < length ? PptpFraming.Incomplete : PptpFraming.Message;
    }

    /// <summary>Writes the 12 bytes of a message of this type.</summary>
    public static void Write(Span<byte> bytes, PptpMessageType type)
    {
        WriteUInt16BigEndian(bytes, (ushort)SizeOf(type));
        WriteUInt16BigEndian(bytes[2..], ControlMessage);
        MagicCookie.CopyTo(bytes[4..]);
        WriteUInt16BigEndian(bytes[8..], (ushort)type);
        WriteUInt16BigEndian(bytes[10..], 0);
    }
}
