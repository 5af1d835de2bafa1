using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Gre;

/// <summary>A packet of PPTP's enhanced GRE (RFC 2637 4.1).</summary>
/// <remarks>
/// | Off | Size | Field                                                              |
/// | 0   | 1    | C R K S s Recur(3): K always, S with a payload, the others 0       |
/// | 1   | 1    | A Flags(4) Ver(3): A with an acknowledgment, flags 0, version 1    |
/// | 2   | 2    | Protocol Type 880B                                                 |
/// | 4   | 2    | Payload Length, without this header                                |
/// | 6   | 2    | Call ID of the receiver                                            |
/// | 8   | 4    | Sequence Number, if S                                              |
/// | +   | 4    | Acknowledgment Number, if A                                        |
/// </remarks>
internal readonly ref struct GrePacket
{
    /// <summary>Headroom that the header of any packet fits in.</summary>
    public const int MaxHeader = 16;

    public const int AckSize = 12;

    private const int FixedHeader = 8;
    private const byte KeyPresent = 0x20;
    private const byte SequencePresent = 0x10;
    private const byte AckPresent = 0x80;
    private const byte Version1 = 0x01;
    private const ushort PppProtocol = 0x880B;

    private GrePacket(ushort callId, uint? sequence, uint? acknowledgment, ReadOnlySpan<byte> payload)
    {
        CallId = callId;
        Sequence = sequence;
        Acknowledgment = acknowledgment;
        Payload = payload;
    }

    public ushort CallId { get; }

    public uint? Sequence { get; }

    public uint? Acknowledgment { get; }

    /// <summary>The PPP frame; empty without a sequence number, and from servers that number nothing.</summary>
    public ReadOnlySpan<byte> Payload { get; }

    /// <summary>Reads what follows the IP header; bytes behind the payload are cut off.</summary>
    public static GreFraming Read(ReadOnlySpan<byte> bytes, out GrePacket packet)
    {
        packet = default;
        if (bytes.Length < FixedHeader)
        {
            return GreFraming.Truncated;
        }

        if ((bytes[0] & ~SequencePresent) != KeyPresent || (bytes[1] & ~AckPresent) != Version1
            || ReadUInt16BigEndian(bytes[2..]) != PppProtocol)
        {
            return GreFraming.Invalid;
        }

        bool hasSequence = (bytes[0] & SequencePresent) != 0;
        bool hasAck = (bytes[1] & AckPresent) != 0;
        int payload = hasSequence ? ReadUInt16BigEndian(bytes[4..]) : 0;
        int header = FixedHeader + (hasSequence ? 4 : 0) + (hasAck ? 4 : 0);
        if (bytes.Length < header + payload)
        {
            return GreFraming.Truncated;
        }

        packet = new GrePacket(ReadUInt16BigEndian(bytes[6..]),
            hasSequence ? ReadUInt32BigEndian(bytes[8..]) : null,
            hasAck ? ReadUInt32BigEndian(bytes[(header - 4)..]) : null,
            bytes.Slice(header, payload));
        return GreFraming.Packet;
    }

    /// <summary>Writes the header of a data packet to the end of its headroom.</summary>
    /// <param name="headroom"><see cref="MaxHeader"/> bytes in front of the payload.</param>
    /// <returns>Bytes of the header: 12, or 16 with an acknowledgment.</returns>
    public static int WriteDataHeader(Span<byte> headroom, ushort callId, int payload, uint sequence, uint? acknowledgment)
    {
        int size = acknowledgment is null ? 12 : 16;
        Span<byte> header = headroom[(MaxHeader - size)..MaxHeader];
        WriteFixed(header, KeyPresent | SequencePresent, acknowledgment is not null, payload, callId);
        WriteUInt32BigEndian(header[8..], sequence);
        if (acknowledgment is { } ack)
        {
            WriteUInt32BigEndian(header[12..], ack);
        }

        return size;
    }

    /// <summary>Writes a packet that only acknowledges, <see cref="AckSize"/> bytes.</summary>
    public static void WriteAck(Span<byte> bytes, ushort callId, uint acknowledgment)
    {
        WriteFixed(bytes, KeyPresent, true, 0, callId);
        WriteUInt32BigEndian(bytes[8..], acknowledgment);
    }

    private static void WriteFixed(Span<byte> header, byte first, bool ack, int payload, ushort callId)
    {
        header[0] = first;
        header[1] = ack ? (byte)(Version1 | AckPresent) : Version1;
        WriteUInt16BigEndian(header[2..], PppProtocol);
        WriteUInt16BigEndian(header[4..], (ushort)payload);
        WriteUInt16BigEndian(header[6..], callId);
    }
}
