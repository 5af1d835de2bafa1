using TunnelCore.Tests.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Tests.Wire;

public sealed class SstpWireTests
{
    private static readonly ReadOnlyMemory<byte> s_value = (byte[])[.. Enumerable.Range(100, 64).Select(i => (byte)i)];

    public static TheoryData<string, string> FixedMessages => new()
    {
        { nameof(ControlMessage.CallConnectRequest), "1001000e00010001000100060001" },
        { nameof(ControlMessage.CallDisconnectAck), "1001000800070000" },
        { nameof(ControlMessage.EchoRequest), "1001000800080000" },
        { nameof(ControlMessage.EchoResponse), "1001000800090000" },
        { "bare abort", "1001000800050000" },
        { "bare disconnect", "1001000800060000" },
        { "disconnect ok", "10010014000600010002000c0000000000000000" },
        { "abort 5", "10010014000500010002000c0000000000000005" },
        { "ack", "10010030000200010004002800000003000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" },
        { "nak", "10010016000300010002000e00000001000000040003" },
        { "connected", SstpVectors.Sha256Message },
    };

    [Theory]
    [MemberData(nameof(FixedMessages))]
    public void Emit_MatchesTheBytes_AndParseGivesTheValueBack(string which, string hex)
    {
        ControlMessage message = Make(which);
        Assert.Equal(hex, Convert.ToHexStringLower(message.ToArray()));
        ControlMessage parsed = ControlMessage.Parse(Convert.FromHexString(hex));
        Assert.Equal(message, parsed);
        Assert.Equal(message.Length, parsed.Length);
    }

    [Fact]
    public void EveryAttribute_SurvivesARoundTrip()
    {
        SstpAttribute[] attributes =
        [
            new EncapsulatedProtocolIdAttribute(0xABCD),
            new StatusInfoAttribute(SstpAttributeId.CryptoBinding, SstpStatus.RequiredAttributeMissing, s_value),
            new StatusInfoAttribute(SstpAttributeId.NoError, (SstpStatus)0xFFFFFFFF),
            new CryptoBindingAttribute(SstpHashProtocols.Sha1, s_value[..32], s_value[20..52], s_value[32..]),
            new CryptoBindingRequestAttribute((SstpHashProtocols)0xF0, s_value[..32]),
            new OpaqueAttribute((SstpAttributeId)9, s_value),
            new OpaqueAttribute(SstpAttributeId.CryptoBindingRequest, s_value[..20]),
            new OpaqueAttribute(SstpAttributeId.NoError, ReadOnlyMemory<byte>.Empty),
        ];
        ControlMessage message = new((SstpMessageType)0x55, attributes);
        ControlMessage parsed = ControlMessage.Parse(message.ToArray());
        Assert.Equal(message, parsed);
        foreach ((SstpAttribute expected, SstpAttribute actual) in attributes.Zip(parsed.Attributes))
        {
            Assert.Equal(expected, actual);
        }
        Assert.NotEqual(attributes[0], attributes[1]);
        Assert.NotEqual<SstpAttribute>(attributes[5], new OpaqueAttribute((SstpAttributeId)9, s_value[1..]));
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(true, 4095)]
    [InlineData(false, 4)]
    [InlineData(false, 4095)]
    public void Header_RoundTrip(bool isControl, int length)
    {
        byte[] packet = new byte[length];
        new SstpPacketHeader(isControl, length).Write(packet);
        Assert.Equal(SstpFraming.Packet, SstpPacketHeader.Read(packet, out SstpPacketHeader header));
        Assert.Equal(new SstpPacketHeader(isControl, length), header);
        Assert.Equal(SstpFraming.Incomplete, SstpPacketHeader.Read(packet.AsSpan(0, length - 1), out _));
    }

    [Theory]
    [InlineData("20010008", SstpFraming.BadVersion)]
    [InlineData("11010008", SstpFraming.BadVersion)]
    [InlineData("00000004", SstpFraming.BadVersion)]
    [InlineData("10000000", SstpFraming.BadLength)]
    [InlineData("10000003", SstpFraming.BadLength)]
    [InlineData("1000f003", SstpFraming.BadLength)]
    [InlineData("10010004", SstpFraming.BadLength)]
    [InlineData("10010007", SstpFraming.BadLength)]
    [InlineData("10010008", SstpFraming.Incomplete)]
    [InlineData("100100", SstpFraming.Incomplete)]
    [InlineData("", SstpFraming.Incomplete)]
    [InlineData("10000004", SstpFraming.Packet)]
    [InlineData("10fef004", SstpFraming.Packet)]
    internal void Header_IsJudged(string hex, SstpFraming expected) =>
        Assert.Equal(expected, SstpPacketHeader.Read(Convert.FromHexString(hex), out _));

    [Fact]
    public void Parse_ToleratesWhatServersSend()
    {
        // accel-ppp: two stray bytes behind the attribute of its Nak.
        ControlMessage nak = Parse("1001001600030001 0002000c 00000001 00000004 0000");
        Assert.Equal(ControlDefect.None, nak.Defect);
        Assert.Equal(new StatusInfoAttribute(SstpAttributeId.EncapsulatedProtocolId, SstpStatus.ValueNotSupported), Assert.Single(nak.Attributes));
        // sorz: a Status Info with the status alone, and one under ID 0.
        Assert.Equal(SstpStatus.NegotiationTimeout, Assert.IsType<StatusInfoAttribute>(Parse("1001001000050001 00020008 00000008").Attributes[0]).Status);
        Assert.Equal(SstpAttributeId.NoError, Assert.IsType<OpaqueAttribute>(Parse("1001001000060001 00000008 00000000").Attributes[0]).Id);
        // Reserved bits everywhere.
        ControlMessage ack = Parse("10ffF0300002 0001 FF04F028 FFFFFF03" + new string('a', 64));
        Assert.Equal(SstpHashProtocols.Sha1 | SstpHashProtocols.Sha256, Assert.IsType<CryptoBindingRequestAttribute>(ack.Attributes[0]).HashProtocols);
    }

    [Theory]
    [InlineData("1001000c00020001 00040003", ControlDefect.AttributeLength)]
    [InlineData("1001000c00020001 00040000", ControlDefect.AttributeLength)]
    [InlineData("1001000c00020001 00040005", ControlDefect.AttributeLength)]
    [InlineData("100100080002ffff", ControlDefect.MissingAttributes)]
    [InlineData("1001000b00020001 000400", ControlDefect.MissingAttributes)]
    [InlineData("1001000c00020002 00090004", ControlDefect.MissingAttributes)]
    [InlineData("1001000c00020000 00040003", ControlDefect.None)]
    internal void Parse_StopsAtADefect(string hex, ControlDefect defect) => Assert.Equal(defect, Parse(hex).Defect);

    [Fact]
    public void Describe_NamesCodeAndSubject()
    {
        Assert.Equal(
            "status A, required attribute missing, about Crypto Binding",
            new StatusInfoAttribute(SstpAttributeId.CryptoBinding, SstpStatus.RequiredAttributeMissing).Describe());
        Assert.Equal("status 63, status 0x63", new StatusInfoAttribute(SstpAttributeId.NoError, (SstpStatus)0x63).Describe());
    }

    /// <summary>Random bytes and mutated good packets: a result, never an exception; what was parsed can be written and parsed again.</summary>
    [Fact]
    public void HostileBytes_NeverThrow_AndWorkIsBounded()
    {
        Random random = new(20);
        byte[][] good = [.. FixedMessages.Select(row => Make((string)((object?[])row)[0]!).ToArray())];
        for (int round = 0; round < 50_000; round++)
        {
            byte[] bytes;
            if (round % 2 == 0)
            {
                bytes = new byte[random.Next(0, 200)];
                random.NextBytes(bytes);
            }
            else
            {
                bytes = [.. good[random.Next(good.Length)], .. good[random.Next(good.Length)]];
                for (int flips = random.Next(1, 6); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                }
            }
            if (random.Next(4) != 0 && bytes.Length > 0)
            {
                bytes[0] = 0x10;
            }
            Walk(bytes);
        }
    }

    private static void Walk(byte[] bytes)
    {
        SstpPacketCursor cursor = new(bytes);
        int taken = 0;
        while (cursor.Next(out bool isControl, out ReadOnlySpan<byte> packet) == SstpFraming.Packet)
        {
            taken += packet.Length;
            if (isControl)
            {
                ControlMessage message = ControlMessage.Parse(packet);
                Assert.InRange(message.Attributes.Count, 0, packet.Length / SstpAttribute.HeaderSize);
                ControlMessage clean = message with { Defect = ControlDefect.None, DefectAttribute = SstpAttributeId.NoError };
                Assert.Equal(clean, ControlMessage.Parse(clean.ToArray()));
            }
        }
        Assert.Equal(bytes.Length, taken + cursor.Rest.Length);
    }

    private static ControlMessage Parse(string hex)
    {
        byte[] packet = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        Assert.Equal(SstpFraming.Packet, SstpPacketHeader.Read(packet, out SstpPacketHeader header));
        Assert.Equal(packet.Length, header.Length);
        return ControlMessage.Parse(packet);
    }

    private static ControlMessage Make(string which) => which switch
    {
        nameof(ControlMessage.CallConnectRequest) => ControlMessage.CallConnectRequest,
        nameof(ControlMessage.CallDisconnectAck) => ControlMessage.CallDisconnectAck,
        nameof(ControlMessage.EchoRequest) => ControlMessage.EchoRequest,
        nameof(ControlMessage.EchoResponse) => ControlMessage.EchoResponse,
        "bare abort" => ControlMessage.CallAbort(null),
        "bare disconnect" => ControlMessage.CallDisconnect(null),
        "disconnect ok" => ControlMessage.CallDisconnect(new(SstpAttributeId.NoError, SstpStatus.NoError)),
        "abort 5" => ControlMessage.CallAbort(new(SstpAttributeId.NoError, SstpStatus.UnacceptedFrameReceived)),
        "ack" => ControlMessage.CallConnectAck(SstpHashProtocols.Sha1 | SstpHashProtocols.Sha256, SstpVectors.CountingNonce),
        "nak" => ControlMessage.CallConnectNak(
            new StatusInfoAttribute(SstpAttributeId.EncapsulatedProtocolId, SstpStatus.ValueNotSupported, new byte[] { 0, 3 })),
        "connected" => ControlMessage.CallConnected(
            ((CryptoBindingAttribute)ControlMessage.Parse(Convert.FromHexString(SstpVectors.Sha256Message)).Attributes[0]) with
            {
                CompoundMac = new byte[32],
            }),
        _ => throw new ArgumentOutOfRangeException(nameof(which)),
    };
}
