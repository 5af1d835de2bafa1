using TunnelCore.Wire.Pptp;

namespace TunnelCore.Tests.Wire.Pptp;

public sealed class PptpMessageReaderTests
{
    [Fact]
    public void AnySegmentation_GivesTheSameMessages()
    {
        PptpMessage[] messages = [new EchoRequest(7), new IncomingCallRequest(1, 2, 3, 4, "a", "b", "c"), new EchoReply(8, 1, GeneralError.None)];
        byte[] stream = [.. messages.SelectMany(Emit)];
        for (int piece = 1; piece <= stream.Length; piece++)
        {
            PptpMessageReader reader = new();
            List<PptpMessage> got = [];
            foreach (byte[] chunk in stream.Chunk(piece))
            {
                ReadOnlySpan<byte> input = chunk;
                while (reader.Read(ref input, out _, out PptpMessage? message) == PptpFraming.Message)
                {
                    got.Add(message!);
                }
            }

            Assert.Equal(messages, got);
            Assert.False(reader.IsMidMessage);
        }
    }

    [Theory]
    [InlineData("48545450", PptpFraming.BadLength)]
    [InlineData("0010", PptpFraming.Incomplete)]
    [InlineData("001000011a2b3c", PptpFraming.Incomplete)]
    [InlineData("001000011b", PptpFraming.NotPptp)]
    [InlineData("000b00011a2b3c4d", PptpFraming.BadLength)]
    [InlineData("000000011a2b3c4d", PptpFraming.BadLength)]
    [InlineData("00dd00011a2b3c4d", PptpFraming.BadLength)]
    [InlineData("ffff00011a2b3c4d", PptpFraming.BadLength)]
    [InlineData("009600011a2b3c4d00020000", PptpFraming.BadLength)]
    [InlineData("000c00011a2b3c4d00630000", PptpFraming.Message)]
    [InlineData("000c00021a2b3c4d00020000", PptpFraming.Message)]
    public void TheHeadIsJudgedAsSoonAsPossible(string hex, object framing) =>
        Assert.Equal(framing, PptpHeader.Read(Convert.FromHexString(hex), out _));

    [Fact]
    public void RandomBytes_NeverThrowAndAlwaysEnd()
    {
        Random random = new(1);
        byte[] bytes = new byte[300];
        for (int round = 0; round < 20_000; round++)
        {
            random.NextBytes(bytes);
            // Most of them get past the header.
            if (round % 4 != 0)
            {
                int type = random.Next(0, 18);
                int length = round % 2 == 0 ? random.Next(12, 221) : Math.Max(12, PptpHeader.SizeOf((PptpMessageType)type));
                Convert.FromHexString($"{length:x4}00011a2b3c4d{type:x4}").CopyTo(bytes, 0);
            }

            PptpMessageReader reader = new();
            ReadOnlySpan<byte> input = bytes.AsSpan(0, random.Next(bytes.Length));
            int steps = 0;
            while (reader.Read(ref input, out _, out _) == PptpFraming.Message)
            {
                Assert.True(++steps < 30);
            }
        }
    }

    private static byte[] Emit(PptpMessage message)
    {
        byte[] bytes = new byte[message.Size];
        message.Write(bytes);
        return bytes;
    }
}
