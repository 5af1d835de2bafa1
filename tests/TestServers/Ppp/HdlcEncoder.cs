using System.Buffers;

namespace TestServers.Ppp;

/// <summary>PPP frames to the byte stream of an asynchronous line (RFC 1662): flag, escaped frame and FCS, flag.</summary>
internal static class HdlcEncoder
{
    private static readonly SearchValues<byte> s_always = SearchValues.Create(0x7d, 0x7e);
    private static readonly SearchValues<byte> s_control = SearchValues.Create([.. Enumerable.Range(0, 32).Select(i => (byte)i), 0x7d, 0x7e]);

    /// <summary>Upper bound of what one frame becomes.</summary>
    public static int MaxSize(int frameLength) => (2 * (frameLength + 2)) + 2;

    /// <summary>Writes one frame, the FCS added; returns the number of bytes. The output must have MaxSize bytes.</summary>
    public static int Encode(ReadOnlySpan<byte> frame, bool escapeControl, Span<byte> output)
    {
        SearchValues<byte> escaped = escapeControl ? s_control : s_always;
        ushort fcs = (ushort)~Fcs16.Update(Fcs16.Initial, frame);
        Span<byte> tail = [(byte)fcs, (byte)(fcs >> 8)];
        output[0] = 0x7e;
        int at = 1;
        at += Escape(frame, escaped, output[at..]);
        at += Escape(tail, escaped, output[at..]);
        output[at++] = 0x7e;
        return at;
    }

    private static int Escape(ReadOnlySpan<byte> data, SearchValues<byte> escaped, Span<byte> output)
    {
        int at = 0;
        while (true)
        {
            int plain = data.IndexOfAny(escaped);
            if (plain < 0)
            {
                data.CopyTo(output[at..]);
                return at + data.Length;
            }
            data[..plain].CopyTo(output[at..]);
            at += plain;
            output[at++] = 0x7d;
            output[at++] = (byte)(data[plain] ^ 0x20);
            data = data[(plain + 1)..];
        }
    }
}
