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
        int written = 0;
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
}
