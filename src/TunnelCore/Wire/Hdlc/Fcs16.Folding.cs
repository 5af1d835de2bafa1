using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TunnelCore.Wire.Hdlc;

internal static partial class Fcs16
{
    private const int FoldFrom = 64;
    private const int FoldBytes = 16;

    // Moves a block over the 128 bits that follow it: x^191 mod P for its first half, x^127 mod P for its second.
    private static readonly Vector128<ulong> s_fold = Vector128.Create(Power(191), Power(127));

    private static bool CanFold => Pclmulqdq.IsSupported && BitConverter.IsLittleEndian;

    /// <summary>
    /// Reduces all whole blocks of 16 bytes to one block with the same remainder, and takes them off <paramref name="bytes"/>; the result
    /// is the FCS up to there.
    /// </summary>
    private static ushort Fold(ushort fcs, ref ReadOnlySpan<byte> bytes)
    {
        Vector128<ulong> state = Vector128.Create(bytes).AsUInt64() ^ Vector128.CreateScalar((ulong)fcs);
        bytes = bytes[FoldBytes..];
        while (bytes.Length >= FoldBytes)
        {
            state = Pclmulqdq.CarrylessMultiply(state, s_fold, 0x00)
                ^ Pclmulqdq.CarrylessMultiply(state, s_fold, 0x11)
                ^ Vector128.Create(bytes).AsUInt64();
            bytes = bytes[FoldBytes..];
        }

        Span<byte> last = stackalloc byte[FoldBytes];
        state.AsByte().CopyTo(last);
        return Update(0, last);
    }

    /// <summary>x^n mod P, bits reversed as everything in this FCS, at the top of 64 bits.</summary>
    private static ulong Power(int n)
    {
        uint value = 0x8000; // x^0
        for (int i = 0; i < n; i++)
        {
            value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
        }

        return (ulong)value << 48;
    }
}
