using System.Buffers.Binary;

namespace TunnelCore.Wire.Hdlc;

/// <summary>The 16-bit frame check sequence of RFC 1662 appendix C.2 (CRC-16/X-25), sixteen bytes per step, by carry-less multiplication where the processor has it.</summary>
internal static partial class Fcs16
{
    /// <summary>Start value.</summary>
    public const ushort Initial = 0xFFFF;

    /// <summary>What <see cref="Update"/> yields over a frame and its own FCS.</summary>
    public const ushort Good = 0xF0B8;

    /// <summary>Bytes of FCS behind a frame, low byte first.</summary>
    public const int Length = 2;

    private const ushort Polynomial = 0x8408;
    private const int Slices = 16;

    // Slice n holds the effect of a byte that n further bytes follow.
    private static readonly ushort[] s_tables = MakeTables();

    /// <summary>The FCS to send for a frame, already complemented.</summary>
    public static ushort Compute(ReadOnlySpan<byte> frame) => (ushort)~Update(Initial, frame);

    public static ushort Update(ushort fcs, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ushort> table = s_tables;
        uint value = fcs;
        if (CanFold && bytes.Length >= FoldFrom)
        {
            value = Fold(fcs, ref bytes);
        }

        while (bytes.Length >= Slices)
        {
            ulong low = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ value;
            ulong high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
            value = (uint)(table[0xF00 + (int)(byte)low] ^ table[0xE00 + (int)(byte)(low >> 8)]
                ^ table[0xD00 + (int)(byte)(low >> 16)] ^ table[0xC00 + (int)(byte)(low >> 24)]
                ^ table[0xB00 + (int)(byte)(low >> 32)] ^ table[0xA00 + (int)(byte)(low >> 40)]
                ^ table[0x900 + (int)(byte)(low >> 48)] ^ table[0x800 + (int)(byte)(low >> 56)]
                ^ table[0x700 + (int)(byte)high] ^ table[0x600 + (int)(byte)(high >> 8)]
                ^ table[0x500 + (int)(byte)(high >> 16)] ^ table[0x400 + (int)(byte)(high >> 24)]
                ^ table[0x300 + (int)(byte)(high >> 32)] ^ table[0x200 + (int)(byte)(high >> 40)]
                ^ table[0x100 + (int)(byte)(high >> 48)] ^ table[(int)(byte)(high >> 56)]);
            bytes = bytes[Slices..];
        }

        foreach (byte b in bytes)
        {
            value = (value >> 8) ^ table[(byte)(value ^ b)];
        }

        return (ushort)value;
    }

    private static ushort[] MakeTables()
    {
        ushort[] tables = new ushort[Slices * 256];
        for (int b = 0; b < 256; b++)
        {
            int value = b;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            }

            tables[b] = (ushort)value;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            ushort before = tables[i - 256];
            tables[i] = (ushort)((before >> 8) ^ tables[(byte)before]);
        }

        return tables;
    }
}
