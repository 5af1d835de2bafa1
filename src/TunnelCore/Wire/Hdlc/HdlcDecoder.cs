using System.Runtime.Intrinsics;

namespace TunnelCore.Wire.Hdlc;

/// <summary>Takes the escapes and the FCS off what stood between two flags (RFC 1662).</summary>
internal static class HdlcDecoder
{
    /// <summary>One octet of frame, because protocol and address fields may be compressed, one of data, and the FCS.</summary>
    public const int MinLength = 2 + Fcs16.Length;

    private const int BlockSize = 16;

    /// <summary>
    /// Decodes <paramref name="raw"/> (no flag in it) into <paramref name="destination"/>, which has room for frame and FCS.
    /// <paramref name="length"/> is that of the frame without FCS, 0 unless the result is Good.
    /// </summary>
    public static HdlcFrame Decode(ReadOnlySpan<byte> raw, Span<byte> destination, out int length)
    {
        length = 0;
        if (raw.IsEmpty)
        {
            return HdlcFrame.Empty;
        }

        if (raw[^1] == HdlcOctet.Escape)
        {
            return HdlcFrame.Aborted;
        }

        int written = Unescape(raw, destination);
        if (written < 0)
        {
            return HdlcFrame.Long;
        }

        if (written < MinLength)
        {
            return HdlcFrame.Short;
        }

        if (Fcs16.Update(Fcs16.Initial, destination[..written]) != Fcs16.Good)
        {
            return HdlcFrame.BadFcs;
        }

        length = written - Fcs16.Length;
        return HdlcFrame.Good;
    }

    /// <summary>Octets written, or -1 when there are too many.</summary>
    private static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        int written = UnescapeBlocks(ref raw, destination);
        while (true)
        {
            int run = raw.IndexOf(HdlcOctet.Escape);
            int plain = run < 0 ? raw.Length : run;
            if (plain > destination.Length - written)
            {
                return -1;
            }

            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            // Decode has refused a trailing escape, so an octet follows each one.
            if (run < 0 || run + 1 >= raw.Length)
            {
                return written;
            }

            if (written == destination.Length)
            {
                return -1;
            }

            destination[written++] = (byte)(raw[run + 1] ^ HdlcOctet.Flip);
            raw = raw[(run + 2)..];
        }
    }

    /// <summary>
    /// The same for whole blocks, without a look at how far apart the escapes are: whatever follows one is flipped, and the rest moves
    /// over the escapes. Takes what it has decoded off <paramref name="raw"/>; stops at an escape that is itself escaped, which no
    /// encoder sends.
    /// </summary>
    private static int UnescapeBlocks(ref ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        if (!HdlcShuffle.IsSupported)
        {
            return 0;
        }

        ReadOnlySpan<ulong> closing = HdlcShuffle.Closing;
        ReadOnlySpan<byte> counts = HdlcShuffle.Counts;
        int read = 0;
        int written = 0;
        Vector128<byte> before = default; // escapes of the block before: only its last octet counts
        while (raw.Length - read >= BlockSize && destination.Length - written >= BlockSize + HdlcShuffle.Octets)
        {
            Vector128<byte> block = Vector128.Create(raw[read..]);
            Vector128<byte> escapes = Vector128.Equals(block, Vector128.Create(HdlcOctet.Escape));
            if ((escapes | before) == Vector128<byte>.Zero)
            {
                block.CopyTo(destination[written..]);
                written += BlockSize;
                read += BlockSize;
                continue;
            }

            Vector128<byte> escaped = HdlcShuffle.Behind(escapes, before);
            if ((escapes & escaped) != Vector128<byte>.Zero)
            {
                break;
            }

            // Octets behind those that count are written over by what follows.
            block ^= escaped & Vector128.Create(HdlcOctet.Flip);
            uint mask = escapes.ExtractMostSignificantBits();
            uint first = mask & 0xFF;
            uint second = mask >> HdlcShuffle.Octets;
            HdlcShuffle.Close(block, first, closing).CopyTo(destination[written..]);
            written += HdlcShuffle.Octets - counts[(int)first];
            HdlcShuffle.Close(HdlcShuffle.Upper(block), second, closing).CopyTo(destination[written..]);
            written += HdlcShuffle.Octets - counts[(int)second];
            read += BlockSize;
            before = escapes;
        }

        // An escape at the end is left with what it escapes.
        raw = raw[(read - (before[BlockSize - 1] & 1))..];
        return written;
    }
}
