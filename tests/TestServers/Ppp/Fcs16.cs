namespace TestServers.Ppp;

/// <summary>CRC-16/X-25, the frame check sequence of PPP (RFC 1662 C.2).</summary>
internal static class Fcs16
{
    public const ushort Initial = 0xffff;
    public const ushort Good = 0xf0b8;
    private static readonly ushort[] s_table = BuildTable();

    public static ushort Update(ushort fcs, ReadOnlySpan<byte> data)
    {
        ushort[] table = s_table;
        foreach (byte b in data)
        {
            fcs = (ushort)((fcs >> 8) ^ table[(byte)(fcs ^ b)]);
        }
        return fcs;
    }

    private static ushort[] BuildTable()
    {
        ushort[] table = new ushort[256];
        for (int i = 0; i < 256; i++)
        {
            int value = i;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0x8408 : value >> 1;
            }
            table[i] = (ushort)value;
        }
        return table;
    }
}
