using TunnelCore.Diagnostics;
using TunnelCore.Tests.Sstp;
using TunnelCore.Wire.Sstp;
using static TunnelCore.Tests.Transport.SstpServerScript;

namespace TunnelCore.Tests.Transport;

/// <summary>Cases 46 to 61 and 78: from the request to the authentication.</summary>
public sealed class SstpNegotiationTests
{
    private static readonly string s_nonce = Convert.ToHexString(SstpVectors.CountingNonce);

    [Fact]
    public async Task S046_AckInManyRecords()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push([.. Ack.Select(b => new[] { b })]);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        script.Transport.Start(script.Frames);
        byte[] packet = Data(Lcp);
        script.Connection.Push(packet[..4], packet[4..]);
        Assert.Equal(Lcp, Assert.Single(await script.Frames.WaitAsync(1)));
    }

    /// <summary>Records that end anywhere: whole packets and the head of the next one in the same read.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S046_RecordsThatCutPacketsAnywhere(int seed)
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        Random random = new(seed);
        List<byte[]> frames = [];
        List<byte> stream = [];
        for (int i = 0; i < 400; i++)
        {
            byte[] content = new byte[random.Next(0, 600)];
            random.NextBytes(content);
            frames.Add([.. Lcp, .. content]);
            stream.AddRange(Data(frames[^1]));
        }
        for (int at = 0; at < stream.Count;)
        {
            int length = Math.Min(random.Next(1, 3000), stream.Count - at);
            script.Connection.Push([.. stream.GetRange(at, length)]);
            at += length;
        }
        Assert.Equal(frames, await script.Frames.WaitAsync(frames.Count));
    }

    [Fact]
    public async Task S047_FirstLcpFrameBehindTheAck_IsDeliveredFirst()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        byte[] second = [.. Lcp, 1];
        byte[] third = [.. Lcp, 2];
        script.Connection.Push([.. Ack, .. Data(Lcp), .. Data(second)], Data(third));
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        Assert.Empty(script.Frames.Frames);
        script.Transport.Start(script.Frames);
        Assert.Equal([Lcp, second, third], await script.Frames.WaitAsync(3));
    }

    [Fact]
    public async Task S048_EightPacketsInOneRecord_AreOneBatch()
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        script.Connection.Push([.. Enumerable.Repeat(Data(Lcp), 8).SelectMany(packet => packet)]);
        Assert.Equal(8, (await script.Frames.WaitAsync(8)).Count);
        Assert.Equal([8], script.Frames.Batches);
    }

    [Theory]
    [InlineData("1001000800020000", "CallAbort 10")]
    [InlineData("1001000e00020001000100060001", "CallAbort 10")]
    public async Task S049_AckWithoutTheBindingRequest(string ack, string abort) => await Refused(ack, abort, "without Crypto Binding Request");

    [Fact]
    public async Task S049_AckWithTheBindingRequestSecond_IsAccepted()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Hex("10010036 0002 0002 0001 0006 0001 00040028 00000002" + s_nonce));
        await connecting.WaitAsync(FakeTlsConnection.Patience);
    }

    [Theory]
    [InlineData("10010020 0002 0001 0004 0018 00000003 000102030405060708090a0b0c0d0e0f")]
    [InlineData("10010031 0002 0001 0004 0029 00000003 NONCE 00")]
    [InlineData("10010030 0002 0001 0004 0029 00000003 NONCE")]
    [InlineData("10010030 0002 0001 0004 0003 00000003 NONCE")]
    [InlineData("10010030 0002 0001 0004 0000 00000003 NONCE")]
    [InlineData("10010030 0002 0001 0004 0fff 00000003 NONCE")]
    public async Task S050_BindingRequestWithAWrongLength(string ack) =>
        await Refused(ack.Replace("NONCE", s_nonce, StringComparison.Ordinal), "CallAbort 3", "length");

    [Theory]
    [InlineData("00")]
    [InlineData("08")]
    public async Task S051_NoCommonHash(string mask) =>
        await Refused($"10010030 0002 0001 0004 0028 000000 {mask} {s_nonce}", "CallAbort 4", $"bitmask 0x{mask}");

    [Theory]
    [InlineData("01", 1)]
    [InlineData("02", 2)]
    [InlineData("03", 2)]
    public async Task S051_StrongestHash_AndTheWholeBinding(string mask, int hash)
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Hex($"10010030 0002 0001 0004 0028 000000 {mask} {s_nonce}"));
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        using Link.PppKeys keys = new(SstpVectors.SendKey, SstpVectors.ReceiveKey);
        await script.Transport.AuthenticatedAsync(keys, CancellationToken.None);
        ControlMessage message = await script.ExpectAsync("CallConnected");
        (string zeroMac, string mac) = hash == 1
            ? (SstpVectors.Sha1Message, "7296f04dd534e3c777764502b36ee1d8c3830375")
            : (SstpVectors.Sha256Message, "6566128bedab5267a8d6ef4391412d2004ca1300aae41d490f545d38d83642a0");
        Assert.Equal(zeroMac[..160] + mac.PadRight(64, '0'), Convert.ToHexStringLower(message.ToArray()));
    }

    [Fact]
    public async Task S052_ReservedBits_AreIgnored()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Hex("10ff f030 0002 0001 ff04 f028 ffffff 03" + s_nonce), Hex("10fe f00c ff03c02101010004"));
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        script.Transport.Start(script.Frames);
        Assert.Equal(Lcp, Assert.Single(await script.Frames.WaitAsync(1)));
    }

    [Theory]
    [InlineData("20010008 00050000", "version 0x20")]
    [InlineData("11010008 00050000", "version 0x11")]
    public Task S053_WrongVersion_ClosesWithoutAbort(string packet, string words) => Broken(packet, words);

    [Theory]
    [InlineData("10000000", "data packet with length 0")]
    [InlineData("10000003", "data packet with length 3")]
    [InlineData("10010004", "control packet with length 4")]
    [InlineData("10010007", "control packet with length 7")]
    public Task S054_WrongLength_ClosesWithoutAbort(string packet, string words) => Broken(packet, words);

    [Theory]
    [InlineData("0fff", 4091)]
    [InlineData("4e20", 3612)]
    [InlineData("ffff", 4091)]
    public async Task S055_BigLengths_AreMasked(string length, int frame)
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        byte[] bytes = [0xff, 0x03, 0xc0, 0x21, .. new byte[frame - 4]];
        script.Connection.Push([.. Hex("1000" + length), .. bytes, .. Data(Lcp)]);
        Assert.Equal([bytes, Lcp], await script.Frames.WaitAsync(2));
    }

    [Fact]
    public async Task S056_UnknownMessageAndAttribute_AreSkipped()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(
            Hex("1001000800550000"), Hex("10010036 0002 0002 0009 0006 0001 00040028 00000002" + s_nonce), Hex("1001000800550000"), Data(Lcp));
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        script.Transport.Start(script.Frames);
        await script.Frames.WaitAsync(1);
    }

    [Fact]
    public async Task S057_MoreAttributesAnnouncedThanThere() => await Refused("100100080002ffff", "CallAbort 7", "more attributes");

    [Fact]
    public async Task S058_DataBeforeTheAck_IsDropped()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        byte[] second = [.. Lcp, 1];
        script.Connection.Push(Data(Lcp), [.. Data(Lcp), .. Ack, .. Data(second)]);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        script.Transport.Start(script.Frames);
        Assert.Equal(second, Assert.Single(await script.Frames.WaitAsync(1)));
    }

    [Fact]
    public async Task S059_SecondAck_InAckReceived()
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        script.Connection.Push(Ack);
        await script.ExpectAsync("CallAbort 5");
        await script.ExpectCompletionAsync(Cause.SstpProtocol);
    }

    [Fact]
    public async Task S059_SecondAck_InConnected()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Connection.Push(Ack);
        await script.ExpectAsync("CallAbort 5");
        await script.ExpectCompletionAsync(Cause.SstpProtocol);
    }

    [Fact]
    public async Task S060_NakOnceThenAck()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Hex("10010016 0003 0001 0002000c 00000001 00000004 0000"));
        await script.ExpectAsync("CallConnectRequest");
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
    }

    [Fact]
    public async Task S060_NakFourTimes()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        byte[] nak = Hex("10010016 0003 0001 0002000c 00000001 00000004 0000");
        for (int i = 0; i < 3; i++)
        {
            script.Connection.Push(nak);
            await script.ExpectAsync("CallConnectRequest");
        }
        script.Connection.Push(nak);
        await script.ExpectAsync("CallAbort 6");
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.SstpRefused);
        Assert.Contains("status 4, value not supported, about Encapsulated Protocol ID", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S061_NoAck_For20Seconds()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(connecting.IsCompleted);
        await script.Time.AdvanceUntilAsync(connecting, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        await script.ExpectAsync("CallAbort 8");
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.SstpTimeout);
        Assert.Contains("20 s", failure.Sentence, StringComparison.Ordinal);
        // The server never answers the Abort either: 3 s later the connection is cut.
        await script.Time.AdvanceUntilAsync(script.Connection.WaitForAbortAsync(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task S061_ATimerThatFiresEarly_IsSetAgain()
    {
        await using SstpServerScript script = new();
        script.Time.FirstShotsEarlyBy = TimeSpan.FromMilliseconds(5);
        Task connecting = await script.DialSstpAsync();
        await script.Time.AdvanceUntilAsync(connecting, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        await script.ExpectFailureAsync(connecting, Cause.SstpTimeout);
    }

    [Fact]
    public async Task S078_AuthenticationSilent_For40Seconds()
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        script.Time.Advance(TimeSpan.FromSeconds(39));
        Assert.False(script.Transport.Completion.IsCompleted);
        script.Time.Advance(TimeSpan.FromSeconds(2));
        await script.ExpectAsync("CallAbort 8");
        Failure failure = await script.ExpectCompletionAsync(Cause.AuthenticationTimeout);
        Assert.Contains("authentication timed out", failure.Sentence, StringComparison.Ordinal);
    }

    private static async Task Refused(string ack, string abort, string words)
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Hex(ack));
        await script.ExpectAsync(abort);
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.SstpProtocol);
        Assert.Contains(words, failure.Sentence, StringComparison.Ordinal);
    }

    private static async Task Broken(string packet, string words)
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        script.Connection.Push(Hex(packet));
        Failure failure = await script.ExpectCompletionAsync(Cause.SstpProtocol);
        Assert.Contains(words, failure.Sentence, StringComparison.Ordinal);
        await script.Connection.WaitForAbortAsync();
        Assert.Equal(0, script.Connection.Untaken);
    }
}
