using TestServers.Ppp;

namespace TunnelCore.Tests.Servers;

public sealed class ServerHdlcTests : IPppFrameFilter
{
    private readonly List<byte[]> _frames = [];

    [Theory]
    [InlineData("ff03c02101010004", true, "7eff7d23c0217d217d217d207d24d1b57e")]
    [InlineData("ff03c02101010004", false, "7eff03c02101010004d1b57e")]
    [InlineData("ff03c0210101000e0104057805061a2b3c4d", true, "7eff7d23c0217d217d217d207d2e7d217d247d25787d257d267d3a2b3c4d7d277d307e")]
    [InlineData("2145000014", false, "7e2145000014e78a7e")]
    [InlineData("ff030021007d7e11131fff20", true, "7eff7d237d20217d207d5d7d5e7d317d337d3fff204de07e")]
    [InlineData("ff030021007d7e11131fff20", false, "7eff030021007d5d7d5e11131fff204de07e")]
    public void V11_Encode_AndBack(string frame, bool escape, string line)
    {
        byte[] bytes = Convert.FromHexString(frame);
        byte[] output = new byte[HdlcEncoder.MaxSize(bytes.Length)];
        int n = HdlcEncoder.Encode(bytes, escape, output);
        Assert.Equal(line, Convert.ToHexStringLower(output.AsSpan(0, n)));
        for (int piece = 1; piece <= n; piece++)
        {
            _frames.Clear();
            HdlcDecoder decoder = new(this);
            PacketBatch batch = new();
            for (int at = 0; at < n; at += piece)
            {
                Assert.Equal(Math.Min(piece, n - at), decoder.Decode(output.AsSpan(at, Math.Min(piece, n - at)), batch));
            }
            Assert.Equal(bytes, Assert.Single(_frames));
            Assert.Equal([0x10, 0, 0, (byte)(bytes.Length + 4), .. bytes], batch.Bytes.ToArray());
        }
    }

    [Theory]
    [InlineData("7eff03c02101010004d1b67e")]
    [InlineData("7eff03c02101010004d1b57d7e")]
    [InlineData("7e7e7e0102037e7e")]
    public void S082_BadFrames_AreDropped_AndTheNextOneIsNot(string line)
    {
        HdlcDecoder decoder = new(this);
        PacketBatch batch = new();
        decoder.Decode(Convert.FromHexString(line + "2145000014e78a7e"), batch);
        Assert.Equal("2145000014", Convert.ToHexStringLower(Assert.Single(_frames)));
    }

    [Fact]
    public void S082_FrameOf5000Bytes_IsDropped()
    {
        HdlcDecoder decoder = new(this);
        PacketBatch batch = new();
        decoder.Decode([.. Enumerable.Repeat((byte)0x55, 5000), 0x7e], batch);
        decoder.Decode(Convert.FromHexString("2145000014e78a7e"), batch);
        Assert.Single(_frames);
    }

    [Fact]
    public void FullBatch_LeavesTheRestForTheNext()
    {
        byte[] line = new byte[HdlcEncoder.MaxSize(4000)];
        int n = HdlcEncoder.Encode(new byte[4000], true, line);
        byte[] input = [.. Enumerable.Repeat(line[..n], 6).SelectMany(bytes => bytes)];
        HdlcDecoder decoder = new(this);
        PacketBatch batch = new();
        int packets = 0;
        for (int used = 0; used < input.Length; batch.Clear())
        {
            used += decoder.Decode(input.AsSpan(used), batch);
            Assert.True(batch.Bytes.Length <= 16384);
            packets += batch.Bytes.Length / 4004;
        }
        Assert.Equal(6, packets);
    }

    bool IPppFrameFilter.Accept(ReadOnlySpan<byte> frame)
    {
        _frames.Add(frame.ToArray());
        return true;
    }
}
