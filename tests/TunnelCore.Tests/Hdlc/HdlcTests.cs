using System.Text;
using TunnelCore.Buffers;
using TunnelCore.Wire.Hdlc;

namespace TunnelCore.Tests.Hdlc;

public sealed class HdlcTests
{
    [Fact]
    public void V11_CheckValue() => Assert.Equal(0x906E, Fcs16.Compute(Encoding.ASCII.GetBytes("123456789")));

    [Theory]
    [InlineData("ff03c02101010004", "7eff7d23c0217d217d217d207d24d1b57e", "7eff03c02101010004d1b57e")]
    [InlineData(
        "ff03c0210101000e0104057805061a2b3c4d",
        "7eff7d23c0217d217d217d207d2e7d217d247d25787d257d267d3a2b3c4d7d277d307e",
        "7eff03c0210101000e0104057805061a2b3c4d07107e")]
    [InlineData("2145000014", "7e21457d207d207d34e78a7e", "7e2145000014e78a7e")]
    [InlineData("ff030021007d7e11131fff20", "7eff7d237d20217d207d5d7d5e7d317d337d3fff204de07e", "7eff030021007d5d7d5e11131fff204de07e")]
    public void V11_Vectors(string frame, string all, string none)
    {
        byte[] plain = Convert.FromHexString(frame);
        Assert.Equal(all, Convert.ToHexStringLower(Encode(plain, escapeControls: true)));
        Assert.Equal(none, Convert.ToHexStringLower(Encode(plain, escapeControls: false)));
        Assert.Equal(plain, Assert.Single(Decode(Convert.FromHexString(all))));
        Assert.Equal(plain, Assert.Single(Decode(Convert.FromHexString(none))));
    }

    [Fact]
    public void Fcs_EqualsTheBitwiseDefinition_AtEveryLength()
    {
        byte[] bytes = new byte[600];
        new Random(1).NextBytes(bytes);
        for (int length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(Bitwise(bytes.AsSpan(0, length)), Fcs16.Update(Fcs16.Initial, bytes.AsSpan(0, length)));
            ushort half = Fcs16.Update(Fcs16.Initial, bytes.AsSpan(0, length / 3));
            Assert.Equal(Bitwise(bytes.AsSpan(0, length)), Fcs16.Update(half, bytes.AsSpan(length / 3, length - (length / 3))));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void C68_EveryLength_ComesBack(bool escapeControls)
    {
        Random random = new(2);
        for (int length = 2; length <= 2000; length++)
        {
            byte[] frame = new byte[length];
            random.NextBytes(frame);
            byte[] line = Encode(frame, escapeControls);
            Assert.DoesNotContain(HdlcOctet.Flag, line[1..^1]);
            Assert.True(!escapeControls || !line.Any(b => b < 0x20));
            Assert.Equal(frame, Assert.Single(Decode(line)));
        }
    }

    [Theory]
    [InlineData(4091)]
    [InlineData(4090)]
    [InlineData(2047)]
    public void LongestFrames_OfNothingButSpecialOctets_ComeBack(int length)
    {
        byte[] frame = new byte[length];
        Array.Fill(frame, HdlcOctet.Flag);
        Assert.Equal(frame, Assert.Single(Decode(Encode(frame, escapeControls: true))));
        Assert.Equal(frame, Assert.Single(Decode(Encode(frame, escapeControls: false))));
    }

    [Fact]
    public void S082_H01_H02_SplitAtEveryOffset_WithSharedFlags_ComesBack()
    {
        byte[] first = Convert.FromHexString("ff030021007d7e11131fff20");
        byte[] second = Convert.FromHexString("2145000014");
        byte[] line = [.. Encode(first, true), .. Encode(second, false)[1..]]; // one flag between them
        for (int cut = 0; cut <= line.Length; cut++)
        {
            ListSink sink = new();
            HdlcReader reader = new();
            Feed(reader, line.AsSpan(0, cut), sink);
            Feed(reader, line.AsSpan(cut), sink);
            Assert.Equal([first, second], sink.Frames);
        }
    }

    [Theory]
    [InlineData("7e7e7e7e", "flags only")]
    [InlineData("7eff037e", "short")]
    [InlineData("7e457e", "one octet")]
    [InlineData("7eff03c021010100047d7e", "abort")]
    [InlineData("7e7d7e", "escape alone")]
    [InlineData("7e7d7d7d7e", "escaped escape at the end")]
    [InlineData("7eff03c02101010004d1b47e", "bad FCS")]
    [InlineData("ff03c02101010004d1b5", "no flag")]
    public void S082_H03_H04_H05_NoFrame_ButTheNextOneIsRead(string garbage, string why)
    {
        byte[] frame = Convert.FromHexString("ff03c02101010004");
        ListSink sink = new();
        HdlcReader reader = new();
        if (why != "no flag")
        {
            Feed(reader, Convert.FromHexString(garbage), sink);
        }
        else
        {
            Feed(reader, Convert.FromHexString(garbage).AsSpan(0, 5), sink);
        }

        Assert.Empty(sink.Frames);
        Feed(reader, Encode(frame, true), sink);
        Assert.Equal(frame, Assert.Single(sink.Frames));
    }

    [Fact]
    public void S082_TooLong_IsCountedAndSkipped()
    {
        ListSink sink = new();
        HdlcReader reader = new();
        byte[] noise = new byte[5000];
        Array.Fill(noise, (byte)0x55);
        for (int i = 0; i < 20; i++)
        {
            Feed(reader, noise, sink);
        }

        Feed(reader, [HdlcOctet.Flag], sink);
        Assert.Equal(1, reader.Counters.Long);
        Feed(reader, Encode(new byte[4092], false), sink);
        Assert.Equal(2, reader.Counters.Long);
        byte[] frame = [0x21, 0x45, 0x00];
        Feed(reader, Encode(frame, false), sink);
        Assert.Equal(frame, Assert.Single(sink.Frames));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void H06_EveryOctet_AtEveryPlace_ComesBack(bool escapeControls)
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        for (int turn = 0; turn < 256; turn++)
        {
            byte[] frame = [.. all[turn..], .. all[..turn]];
            Assert.Equal(frame, Assert.Single(Decode(Encode(frame, escapeControls))));
        }
    }

    /// <summary>Blocks of octets are looked at together; what comes out is what octet after octet would give.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EveryLength_IsEscapedOctetByOctet_AndBack(bool escapeControls)
    {
        Random random = new(5);
        byte[] special = [0x00, 0x13, 0x1F, 0x7D, 0x7E];
        for (int length = 1; length < 300; length++)
        {
            byte[] frame = new byte[length];
            for (int i = 0; i < length; i++)
            {
                frame[i] = random.Next(length % 5 + 1) == 0 ? special[random.Next(special.Length)] : (byte)random.Next(256);
            }

            ushort fcs = Fcs16.Compute(frame);
            IEnumerable<byte> wanted = ((byte[])[.. frame, (byte)fcs, (byte)(fcs >> 8)]).SelectMany(
                b => b is 0x7D or 0x7E || (escapeControls && b < 0x20) ? (byte[])[0x7D, (byte)(b ^ 0x20)] : [b]);
            byte[] line = Encode(frame, escapeControls);
            Assert.Equal([0x7E, .. wanted, 0x7E], line);
            byte[] decoded = new byte[line.Length];
            HdlcFrame result = HdlcDecoder.Decode(line.AsSpan(1, line.Length - 2), decoded, out int count);
            Assert.Equal(length < 2 ? HdlcFrame.Short : HdlcFrame.Good, result);
            Assert.Equal(length < 2 ? [] : frame, decoded[..count]);
            // With room for nothing but the frame and its FCS.
            Assert.Equal(result, HdlcDecoder.Decode(line.AsSpan(1, line.Length - 2), new byte[length + 2], out _));
            Assert.Equal(HdlcFrame.Long, HdlcDecoder.Decode(line.AsSpan(1, line.Length - 2), new byte[length + 1], out _));
        }
    }

    /// <summary>Also what no encoder sends: an escape behind an escape, anything escaped.</summary>
    [Fact]
    public void AnyOctets_AreUnescapedOctetByOctet()
    {
        Random random = new(7);
        for (int round = 0; round < 5000; round++)
        {
            byte[] body = new byte[random.Next(1, 100)];
            random.NextBytes(body);
            for (int i = 0; i < body.Length; i++)
            {
                body[i] = (round % 3, body[i] % 16) switch { (0, 0) or (1, < 8) => HdlcOctet.Escape, _ => body[i] == HdlcOctet.Flag ? (byte)0 : body[i] };
            }

            // An escape that stands last has something to escape.
            byte[] raw = [.. body, (byte)'x'];
            List<byte> wanted = Plain(raw);
            ushort fcs = Fcs16.Compute([.. wanted]);
            raw = [.. raw, .. ((byte[])[(byte)fcs, (byte)(fcs >> 8)]).SelectMany(b => b is 0x7D or 0x7E ? (byte[])[HdlcOctet.Escape, (byte)(b ^ HdlcOctet.Flip)] : [b])];
            byte[] decoded = new byte[raw.Length];
            HdlcFrame result = HdlcDecoder.Decode(raw, decoded, out int count);
            Assert.Equal(wanted.Count < 2 ? HdlcFrame.Short : HdlcFrame.Good, result);
            Assert.Equal(wanted.Count < 2 ? [] : wanted, decoded[..count]);
        }
    }

    private static List<byte> Plain(byte[] raw)
    {
        List<byte> plain = [];
        for (int i = 0; i < raw.Length; i++)
        {
            plain.Add(raw[i] == HdlcOctet.Escape && i + 1 < raw.Length ? (byte)(raw[++i] ^ HdlcOctet.Flip) : raw[i]);
        }

        return plain;
    }

    [Fact]
    public void C75_RandomOctets_NeverFailAndNeverGrow()
    {
        Random random = new(3);
        ListSink sink = new();
        HdlcReader reader = new();
        byte[] bytes = new byte[8192];
        for (int round = 0; round < 2000; round++)
        {
            int length = random.Next(1, bytes.Length);
            random.NextBytes(bytes.AsSpan(0, length));
            for (int i = 0; i < length; i++)
            {
                // Many flags and escapes in some rounds, none in others.
                bytes[i] = (round % 4, bytes[i] % 8) switch { (0, 0) => HdlcOctet.Flag, (0 or 1, 1) => HdlcOctet.Escape, _ => bytes[i] };
            }

            Feed(reader, bytes.AsSpan(0, length), sink);
        }

        // One in 65536 passes the FCS by chance.
        Assert.InRange(sink.Frames.Count, 0, 100);
        Assert.True(reader.Counters.Dropped > 1000);
    }

    [Fact]
    public void RoundTrip_OfManyFrames_InRandomPieces_AllocatesNothing()
    {
        Random random = new(4);
        byte[][] frames = [.. Enumerable.Range(0, 200).Select(_ => RandomFrame(random))];
        byte[] line = [.. frames.SelectMany(f => Encode(f, false))];
        ListSink sink = new();
        HdlcReader reader = new();
        for (int at = 0; at < line.Length;)
        {
            int piece = Math.Min(random.Next(1, 5000), line.Length - at);
            Feed(reader, line.AsSpan(at, piece), sink);
            at += piece;
        }

        Assert.Equal(frames, sink.Frames);
        NullSink nothing = new();
        byte[] output = new byte[HdlcEncoder.MaxEncodedLength(4091)];
        Feed(reader, line.AsSpan(0, 4000), nothing);
        Feed(reader, [HdlcOctet.Flag], nothing);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int at = 0; at < line.Length; at += 4000)
        {
            Feed(reader, line.AsSpan(at, Math.Min(4000, line.Length - at)), nothing);
        }

        foreach (byte[] frame in frames)
        {
            HdlcEncoder.Encode(frame, output, escapeControls: false);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static byte[] Encode(byte[] frame, bool escapeControls)
    {
        byte[] line = new byte[HdlcEncoder.MaxEncodedLength(frame.Length)];
        return line[..HdlcEncoder.Encode(frame, line, escapeControls)];
    }

    private static List<byte[]> Decode(byte[] line)
    {
        ListSink sink = new();
        Feed(new HdlcReader(), line, sink);
        return sink.Frames;
    }

    private static void Feed(HdlcReader reader, ReadOnlySpan<byte> bytes, IFrameSink sink)
    {
        while (!bytes.IsEmpty)
        {
            int count = Math.Min(bytes.Length, reader.Free.Length);
            bytes[..count].CopyTo(reader.Free);
            reader.Filled(count);
            reader.Drain(sink);
            bytes = bytes[count..];
        }
    }

    private static byte[] RandomFrame(Random random)
    {
        byte[] frame = new byte[random.Next(2, 1600)];
        random.NextBytes(frame);
        return frame;
    }

    private static ushort Bitwise(ReadOnlySpan<byte> bytes)
    {
        int value = 0xFFFF;
        foreach (byte b in bytes)
        {
            value ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ 0x8408 : value >> 1;
            }
        }

        return (ushort)value;
    }
}
