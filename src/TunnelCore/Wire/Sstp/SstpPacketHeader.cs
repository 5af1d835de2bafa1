using System.Buffers.Binary;

namespace TunnelCore.Wire.Sstp;

/// <summary>Header of every SSTP packet (MS-SSTP 2.2.1), 4 bytes, big-endian.</summary>
/// <remarks>
/// | Off | Size | Field                                                                |
/// | 0   | 1    | Version 0x10 (major 1, minor 0)                                      |
/// | 1   | 1    | 7 reserved bits, C in bit 0: 1 = control, 0 = data                   |
/// | 2   | 2    | 4 reserved bits, 12 bits Length of the packet including this header  |
/// Reserved bits are sent as 0 and ignored.
/// </remarks>
/// <param name="IsControl">Control packet, else a data packet with one PPP frame.</param>
/// <param name="Length">Bytes of the packet including the header: 4..4095, of a control packet 8..4095.</param>
internal readonly record struct SstpPacketHeader(bool IsControl, int Length)
{
    public const int Size = 4;
    public const int MinControlLength = 8;
    public const int MaxLength = 4095;

    /// <summary>Biggest PPP frame of a data packet.</summary>
    public const int MaxFrame = MaxLength - Size;

    private const byte Version = 0x10;
    private const byte ControlBit = 0x01;
    private const ushort LengthMask = 0x0FFF;

    /// <summary>Reads the header when 4 bytes are there; never says <see cref="SstpFraming.Packet"/> for a packet that is not whole.</summary>
    public static SstpFraming Read(ReadOnlySpan<byte> bytes, out SstpPacketHeader header)
    {
        header = default;
        if (bytes.Length < Size)
        {
            return SstpFraming.Incomplete;
        }
        header = new SstpPacketHeader((bytes[1] & ControlBit) != 0, BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]) & LengthMask);
        if (bytes[0] != Version)
        {
            return SstpFraming.BadVersion;
        }
        if (header.Length < (header.IsControl ? MinControlLength : Size))
        {
            return SstpFraming.BadLength;
        }
        return bytes.Length < header.Length ? SstpFraming.Incomplete : SstpFraming.Packet;
    }

    /// <summary>Writes the 4 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = Version;
        bytes[1] = IsControl ? ControlBit : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)Length);
    }
}
