using System.Buffers;
using System.Runtime.Intrinsics;

namespace TunnelCore.Wire.Hdlc;

/// <summary>
/// Async HDLC framing towards a serial line (RFC 1662): flag, escaped frame and FCS, flag.
/// </summary>
internal static class HdlcEncoder
{
    private const int BlockSize = 16;
    private static readonly SearchValues<byte> s_always = SearchValues.Create(HdlcOctet.Escape, HdlcOctet.Flag);
    private static readonly SearchValues<byte> s_all = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), HdlcOctet.Escape, HdlcOctet.Flag]);

    /// <summary>Room that <see cref="Encode"/> needs at most for a frame of that many bytes.</summary>
    public static int MaxEncodedLength(int frameLength) => (2 * (frameLength + Fcs16.Length)) + 2;

    /// <summary>
    /// Writes one frame and returns the octets written. <paramref name="escapeControls"/> is an async control character map of
    /// FFFFFFFF (every octet below 20 escaped), otherwise it is 0.
    /// </summary>
    public static int Encode(ReadOnlySpan<byte> frame, Span<byte> destination, bool escapeControls)
    {
        ushort fcs = Fcs16.Compute(frame);
        ReadOnlySpan<byte> trailer = [(byte)fcs, (byte)(fcs >> 8)];
        SearchValues<byte> special = escapeControls ? s_all : s_always;
        destination[0] = HdlcOctet.Flag;
        int at = 1;
        at += EscapeBlocks(ref frame, destination[at..], escapeControls);
        at += Escape(frame, destination[at..], special);
        at += Escape(trailer, destination[at..], special);
        destination[at++] = HdlcOctet.Flag;
        return at;
    }

    private static int Escape(ReadOnlySpan<byte> plain, Span<byte> destination, SearchValues<byte> special)
    {
        int written = 0;
        while (true)
        {
            int run = plain.IndexOfAny(special);
            if (run < 0)
            {
                plain.CopyTo(destination[written..]);
                return written + plain.Length;
            }

            plain[..run].CopyTo(destination[written..]);
            written += run;
            destination[written++] = HdlcOctet.Escape;
            destination[written++] = (byte)(plain[run] ^ HdlcOctet.Flip);
            plain = plain[(run + 1)..];
        }
    }

    /// <summary>
    /// The same for whole blocks, without a look at how far apart the special octets are: those are flipped, and the rest moves to
    /// make room for the escapes. Takes what it has encoded off <paramref name="plain"/>.
    /// </summary>
    private static int EscapeBlocks(ref ReadOnlySpan<byte> plain, Span<byte> destination, bool escapeControls)
    {
        if (!HdlcShuffle.IsSupported)
        {
            return 0;
        }

        ReadOnlySpan<Vector128<byte>> opening = HdlcShuffle.Opening;
        ReadOnlySpan<byte> counts = HdlcShuffle.Counts;
        Vector128<byte> controls = Vector128.Create(escapeControls ? HdlcOctet.FirstPlain : (byte)0);
        int read = 0;
        int written = 0;
        for (; plain.Length - read >= BlockSize; read += BlockSize)
        {
            Vector128<byte> block = Vector128.Create(plain[read..]);
            Vector128<byte> special = Vector128.LessThan(block, controls) | Vector128.Equals(block, Vector128.Create(HdlcOctet.Escape))
                | Vector128.Equals(block, Vector128.Create(HdlcOctet.Flag));
            uint mask = special.ExtractMostSignificantBits();
            if (mask == 0)
            {
                block.CopyTo(destination[written..]);
                written += BlockSize;
                continue;
            }

            // Octets behind those that count are written over by the next block, or by the FCS and the flag.
            block ^= special & Vector128.Create(HdlcOctet.Flip);
            uint first = mask & 0xFF;
            uint second = mask >> HdlcShuffle.Octets;
            HdlcShuffle.Open(block, first, opening).CopyTo(destination[written..]);
            written += HdlcShuffle.Octets + counts[(int)first];
            HdlcShuffle.Open(HdlcShuffle.Upper(block), second, opening).CopyTo(destination[written..]);
            written += HdlcShuffle.Octets + counts[(int)second];
        }

        plain = plain[read..];
        return written;
    }
}
