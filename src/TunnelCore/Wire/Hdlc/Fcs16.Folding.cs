using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TunnelCore.Wire.Hdlc;

internal static partial class Fcs16
{
    private const int FoldFrom = 64;
    private const int FoldBytes = 16;
    private const int Lanes = 4;

    // Moves a block over the one or the four blocks that follow it: x^(n + 63) mod P for its first half, x^(n - 1) mod P for its
    // second, where n is the number of bits.
    private static readonly Vector128<ulong> s_fold = Vector128.Create(Power(128 + 63), Power(127));
    private static readonly Vector128<ulong> s_foldLanes = Vector128.Create(Power((Lanes * 128) + 63), Power((Lanes * 128) - 1));

    private static bool CanFold => Pclmulqdq.IsSupported && BitConverter.IsLittleEndian;

    /// <summary>
    /// Reduces all whole blocks of 16 bytes to one block with the same remainder, and takes them off <paramref name="bytes"/>; the result
    /// is the FCS up to there.
    /// </summary>
    private static ushort Fold(ushort fcs, ref ReadOnlySpan<byte> bytes)
    {
        Vector128<ulong> state = Vector128.Create(bytes).AsUInt64() ^ Vector128.CreateScalar((ulong)fcs);
        bytes = bytes[FoldBytes..];
        if (bytes.Length >= Lanes * FoldBytes)
        {
            state = FoldInLanes(state, ref bytes);
        }

        while (bytes.Length >= FoldBytes)
        {
            state = Over(state, s_fold) ^ Vector128.Create(bytes).AsUInt64();
            bytes = bytes[FoldBytes..];
        }

        Span<byte> last = stackalloc byte[FoldBytes];
        state.AsByte().CopyTo(last);
        return Update(0, last);
    }

    /// <summary>Four blocks side by side, none of which waits for another; then those four to one.</summary>
    private static Vector128<ulong> FoldInLanes(Vector128<ulong> first, ref ReadOnlySpan<byte> bytes)
    {
        Vector128<ulong> lanes = s_foldLanes;
        Vector128<ulong> second = Vector128.Create(bytes).AsUInt64();
        Vector128<ulong> third = Vector128.Create(bytes[FoldBytes..]).AsUInt64();
        Vector128<ulong> fourth = Vector128.Create(bytes[(2 * FoldBytes)..]).AsUInt64();
        bytes = bytes[(3 * FoldBytes)..];
        while (bytes.Length >= Lanes * FoldBytes)
        {
            first = Over(first, lanes) ^ Vector128.Create(bytes).AsUInt64();
            second = Over(second, lanes) ^ Vector128.Create(bytes[FoldBytes..]).AsUInt64();
            third = Over(third, lanes) ^ Vector128.Create(bytes[(2 * FoldBytes)..]).AsUInt64();
            fourth = Over(fourth, lanes) ^ Vector128.Create(bytes[(3 * FoldBytes)..]).AsUInt64();
            bytes = bytes[(Lanes * FoldBytes)..];
        }

        Vector128<ulong> single = s_fold;
        second ^= Over(first, single);
        third ^= Over(second, single);
        return fourth ^ Over(third, single);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Over(Vector128<ulong> block, Vector128<ulong> distance) =>
        Pclmulqdq.CarrylessMultiply(block, distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(block, distance, 0x11);

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
