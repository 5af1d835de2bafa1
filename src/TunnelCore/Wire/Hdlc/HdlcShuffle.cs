using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TunnelCore.Wire.Hdlc;

/// <summary>
/// Byte shuffles that close or open the gaps of escapes in eight octets at once: one for each set of places among the eight,
/// as a mask with a bit per octet, the first octet's lowest.
/// </summary>
internal static class HdlcShuffle
{
    /// <summary>Octets that one shuffle looks at.</summary>
    public const int Octets = 8;

    /// <summary>An index that yields zero, in the first half of a block and in the second.</summary>
    private const byte Nothing = 0x80;

    private static readonly ulong[] s_close = [.. Enumerable.Range(0, 256).Select(Close)];
    private static readonly Vector128<byte>[] s_open = [.. Enumerable.Range(0, 256).Select(Open)];
    private static readonly byte[] s_counts = [.. Enumerable.Range(0, 256).Select(mask => (byte)BitOperations.PopCount((uint)mask))];

    public static bool IsSupported => Ssse3.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>For <see cref="Close(Vector128{byte}, uint, ReadOnlySpan{ulong})"/>. Taken once per frame, like the two others.</summary>
    public static ReadOnlySpan<ulong> Closing => s_close;

    /// <summary>For <see cref="Open(Vector128{byte}, uint, ReadOnlySpan{Vector128{byte}})"/>.</summary>
    public static ReadOnlySpan<Vector128<byte>> Opening => s_open;

    /// <summary>How many octets a mask has.</summary>
    public static ReadOnlySpan<byte> Counts => s_counts;

    /// <summary>Moves the first eight octets of a block together, over those of the mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Close(Vector128<byte> block, uint mask, ReadOnlySpan<ulong> closing) =>
        Shuffle(block, Vector128.CreateScalarUnsafe(closing[(int)mask]).AsByte());

    /// <summary>Puts an escape in front of each octet of the mask, among the first eight of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Open(Vector128<byte> block, uint mask, ReadOnlySpan<Vector128<byte>> opening)
    {
        Vector128<byte> places = opening[(int)mask];
        Vector128<byte> gaps = Vector128.Equals(places, Vector128.Create(Nothing));
        return Shuffle(block, places) | (gaps & Vector128.Create(HdlcOctet.Escape));
    }

    /// <summary>The block's second half, where its first was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Upper(Vector128<byte> block) => Vector128.Shuffle(block.AsUInt64(), Vector128.Create(1UL, 1UL)).AsByte();

    /// <summary>The octets behind those of a set; the first one is behind the last of the set before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Behind(Vector128<byte> set, Vector128<byte> before) =>
        AdvSimd.IsSupported ? AdvSimd.ExtractVector128(before, set, 15) : Ssse3.AlignRight(set, before, 15);

    // What the build knows is asked first: what only the machine knows was asked by IsSupported, once per frame and not per block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Shuffle(Vector128<byte> block, Vector128<byte> places) =>
        AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.VectorTableLookup(block, places) : Ssse3.Shuffle(block, places);

    private static ulong Close(int mask)
    {
        byte[] places = [.. Enumerable.Range(0, Octets).Where(i => (mask & (1 << i)) == 0).Select(i => (byte)i), .. Enumerable.Repeat(Nothing, Octets)];
        return MemoryMarshal.Read<ulong>(places);
    }

    private static Vector128<byte> Open(int mask)
    {
        byte[] places = [.. Enumerable.Range(0, Octets).SelectMany(i => (mask & (1 << i)) == 0 ? [(byte)i] : (byte[])[Nothing, (byte)i]), .. new byte[Octets]];
        return Vector128.Create(places);
    }
}
