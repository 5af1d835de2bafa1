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

    public static bool IsSupported => Ssse3.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>For <see cref="Close(Vector128{byte}, byte, ReadOnlySpan{ulong})"/>.</summary>
    public static ReadOnlySpan<ulong> Closing => s_close;

    /// <summary>For <see cref="Open(Vector128{byte}, byte, ReadOnlySpan{Vector128{byte}})"/>.</summary>
    public static ReadOnlySpan<Vector128<byte>> Opening => s_open;

    /// <summary>Moves the first eight octets of a block together, over those of the mask.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Close(Vector128<byte> block, byte mask, ReadOnlySpan<ulong> closing) =>
        Shuffle(block, Vector128.CreateScalarUnsafe(closing[mask]).AsByte());

    /// <summary>Puts an escape in front of each octet of the mask, among the first eight of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Open(Vector128<byte> block, byte mask, ReadOnlySpan<Vector128<byte>> opening)
    {
        Vector128<byte> places = opening[mask];
        Vector128<byte> gaps = Vector128.Equals(places, Vector128.Create(Nothing));
        return Shuffle(block, places) | (gaps & Vector128.Create(HdlcOctet.Escape));
    }

    /// <summary>The block's second half, where its first was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Upper(Vector128<byte> block) => Vector128.Shuffle(block.AsUInt64(), Vector128.Create(1UL, 1UL)).AsByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Shuffle(Vector128<byte> block, Vector128<byte> places) =>
        Ssse3.IsSupported ? Ssse3.Shuffle(block, places) : AdvSimd.Arm64.VectorTableLookup(block, places);

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
