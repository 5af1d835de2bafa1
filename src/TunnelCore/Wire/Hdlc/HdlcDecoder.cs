using System.Numerics;
using System.Runtime.Intrinsics;

namespace TunnelCore.Wire.Hdlc;

/// <summary>Takes the escapes and the FCS off what stood between two flags (RFC 1662).</summary>
internal static class HdlcDecoder
{
    /// <summary>One octet of frame, because protocol and address fields may be compressed, one of data, and the FCS.</summary>
    public const int MinLength = 2 + Fcs16.Length;

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
    /// The same for whole blocks, without a look at how far apart the escapes are: each block is written as it is, and again from
    /// behind its first escape. Takes what it has decoded off <paramref name="raw"/>.
    /// </summary>
    private static int UnescapeBlocks(ref ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        int written = 0;
        // One octet more than a block: what follows an escape at its end.
        while (raw.Length > Vector128<byte>.Count && destination.Length - written > Vector128<byte>.Count)
        {
            Vector128<byte> block = Vector128.Create(raw);
            block.CopyTo(destination[written..]);
            uint escapes = Vector128.Equals(block, Vector128.Create(HdlcOctet.Escape)).ExtractMostSignificantBits();
            if (escapes == 0)
            {
                written += Vector128<byte>.Count;
                raw = raw[Vector128<byte>.Count..];
                continue;
            }

            int run = BitOperations.TrailingZeroCount(escapes);
            written += run;
            destination[written++] = (byte)(raw[run + 1] ^ HdlcOctet.Flip);
            raw = raw[(run + 2)..];
        }

        return written;
    }
}
