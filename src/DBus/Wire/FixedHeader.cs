using System.Buffers.Binary;

namespace Tmds.DBus.Protocol;

/// <summary>
/// The first 16 bytes of a message: enough to know how long it is.
/// <code>
/// 0 byte order 'l' or 'B'   1 type (1..4, others are to be ignored)   2 flags   3 version (1)
/// 4 u32 length of the body  8 u32 serial (not 0)                      12 u32 length of the array of header fields
/// </code>
/// </summary>
internal readonly struct FixedHeader
{
    public const int Length = 16;

    private FixedHeader(bool isBigEndian, byte type, byte flags, uint serial, int bodyOffset, int totalLength)
    {
        IsBigEndian = isBigEndian;
        Type = type;
        Flags = flags;
        Serial = serial;
        BodyOffset = bodyOffset;
        TotalLength = totalLength;
    }

    public bool IsBigEndian { get; }

    public byte Type { get; }

    public byte Flags { get; }

    public uint Serial { get; }

    public int BodyOffset { get; }

    public int TotalLength { get; }

    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    /// <exception cref="DBusReadException">No message begins like this.</exception>
    public static FixedHeader Parse(ReadOnlySpan<byte> bytes)
    {
        bool isBigEndian = bytes[0] switch
        {
            (byte)'l' => false,
            (byte)'B' => true,
            _ => throw new DBusReadException("The byte order mark of a message is neither 'l' nor 'B'."),
        };
        if (bytes[3] != 1)
        {
            throw new DBusReadException("A message is not of protocol version 1.");
        }

        if (bytes[1] == 0)
        {
            throw new DBusReadException("A message is of type 0.");
        }

        uint bodyLength = ReadUInt32(bytes[4..], isBigEndian);
        uint serial = ReadUInt32(bytes[8..], isBigEndian);
        uint fieldsLength = ReadUInt32(bytes[12..], isBigEndian);
        if (serial == 0)
        {
            throw new DBusReadException("The serial of a message is 0.");
        }

        if (fieldsLength > ProtocolLimits.MaxArrayLength || bodyLength > ProtocolLimits.MaxMessageLength)
        {
            throw new DBusReadException("A message is too long.");
        }

        int bodyOffset = ProtocolLimits.Align(Length + (int)fieldsLength, 8);
        return bodyOffset + (long)bodyLength <= ProtocolLimits.MaxMessageLength
            ? new FixedHeader(isBigEndian, bytes[1], bytes[2], serial, bodyOffset, bodyOffset + (int)bodyLength)
            : throw new DBusReadException("A message is too long.");
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool isBigEndian)
        => isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
