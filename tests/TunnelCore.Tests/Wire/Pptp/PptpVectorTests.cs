using TunnelCore.Wire.Pptp;

namespace TunnelCore.Tests.Wire.Pptp;

/// <summary>Messages as they were captured, both ways.</summary>
public sealed class PptpVectorTests
{
    [Fact]
    public void V01_StartControlConnectionRequest() => Check(
        "009c00011a2b3c4d0001000001000000 0000000300000003 ffff0001 6c6f63616c 00*59 63616e616e69616e 00*56",
        new StartControlConnectionRequest(0x0100, 3, 3, 65535, 1, "local", "cananian"));

    [Fact]
    public void V02_StartControlConnectionRequest_Bezeq() => Check(
        "009c00011a2b3c4d0001000001000000 0000000100000001 00006021 52454c41595f50505031 00*54 4d532057696e204e54 00*55",
        new StartControlConnectionRequest(0x0100, 1, 1, 0, 0x6021, "RELAY_PPP1", "MS Win NT"));

    [Fact]
    public void V03_OutgoingCallRequest() => Check(
        "00a800011a2b3c4d00070000 da28 0000 00000960 00989680 00000003 00000003 0003 0000 0000 0000 00*128",
        new OutgoingCallRequest(0xDA28, 0, 2400, 10_000_000, 3, 3, 3, 0, "", ""));

    [Fact]
    public void V04_OutgoingCallRequest_WithPhone() => Check(
        "00a800011a2b3c4d00070000 bd41 0000 00000960 00989680 00000003 00000003 0003 0000 0007 0000 35353531323334 00*121",
        new OutgoingCallRequest(0xBD41, 0, 2400, 10_000_000, 3, 3, 3, 0, "5551234", ""));

    [Fact]
    public void V05_OutgoingCallRequest_Bezeq() => Check(
        "00a800011a2b3c4d00070000 0000 0000 00000960 00989680 00000002 00000003 0003 0000 000a 0000 52454c41595f50505031 00*54 00*64",
        new OutgoingCallRequest(0, 0, 2400, 10_000_000, 2, 3, 3, 0, "RELAY_PPP1", ""));

    [Fact]
    public void V06_EchoRequest() => Check("001000011a2b3c4d0005000000000001", new EchoRequest(1));

    [Fact]
    public void V07_EchoReply() => Check("001400011a2b3c4d00060000deadbeef01000000", new EchoReply(0xDEADBEEF, 1, GeneralError.None));

    [Fact]
    public void V08_CallClearRequest() => Check("001000011a2b3c4d000c0000bd410000", new CallClearRequest(0xBD41));

    [Fact]
    public void V09_StopControlConnectionRequest()
    {
        Check("001000011a2b3c4d0003000001000000", new StopControlConnectionRequest(StopReason.None));
        Check("001000011a2b3c4d0003000002000000", new StopControlConnectionRequest(StopReason.VersionNotSupported));
    }

    [Fact]
    public void V10_StopControlConnectionReply() =>
        Check("001000011a2b3c4d0004000001000000", new StopControlConnectionReply(1, GeneralError.None));

    [Fact]
    public void V11_CallDisconnectNotify() => Check(
        "009400011a2b3c4d000d0000a0f70100 00*132",
        new CallDisconnectNotify(0xA0F7, DisconnectResult.LostCarrier, GeneralError.None, 0, ""));

    [Fact]
    public void V12_OutgoingCallReply_Refusal() => Check(
        "002000011a2b3c4d00080000 0000 b738 07 00 0000 00989680 0003 0000 00000000",
        new OutgoingCallReply(0, 0xB738, CallResult.DoNotAccept, GeneralError.None, 0, 10_000_000, 3, 0, 0));

    [Fact]
    public void V13_SetLinkInfo() => Check(
        "001800011a2b3c4d000f0000 1234 0000 ffffffff ffffffff", new SetLinkInfo(0x1234, uint.MaxValue, uint.MaxValue));

    [Fact]
    public void V14_StartControlConnectionReply() => Check(
        "009c00011a2b3c4d00020000 0100 01 00 00000003 00000003 0001 0001 737276 00*61 74657374 00*60",
        new StartControlConnectionReply(0x0100, StartResult.Ok, GeneralError.None, 3, 3, 1, 1, "srv", "test"));

    [Fact]
    public void V15_OutgoingCallReply() => Check(
        "002000011a2b3c4d00080000 1234 bd41 01 00 0000 05f5e100 0040 0000 00000000",
        new OutgoingCallReply(0x1234, 0xBD41, CallResult.Connected, GeneralError.None, 0, 100_000_000, 64, 0, 0));

    [Fact]
    public void V16_OutgoingCallReply_Refused() => Check(
        "002000011a2b3c4d00080000 1234 bd41 07 00 0000 05f5e100 0040 0000 00000000",
        new OutgoingCallReply(0x1234, 0xBD41, CallResult.DoNotAccept, GeneralError.None, 0, 100_000_000, 64, 0, 0));

    [Fact]
    public void V17_CallDisconnectNotify_OfTheServer() => Check(
        "009400011a2b3c4d000d0000 1234 03 00 0000 0000 00*128",
        new CallDisconnectNotify(0x1234, DisconnectResult.AdminShutdown, GeneralError.None, 0, ""));

    [Fact]
    public void OtherMessages_SurviveTheRoundTrip()
    {
        PptpMessage[] messages =
        [
            new IncomingCallRequest(1, 2, 3, 4, "12", "345", "6"),
            new IncomingCallReply(1, 2, 3, GeneralError.PacError, 4, 5),
            new IncomingCallConnected(1, 2, 3, 4, 5),
            new WanErrorNotify(1, 2, 3, 4, 5, 6, 7),
            new CallDisconnectNotify(1, DisconnectResult.GeneralError, GeneralError.BadCallId, 17, "stats"),
            new OutgoingCallRequest(1, 2, 3, 4, 5, 6, 7, 8, "9", "10"),
            new StartControlConnectionReply(0x0200, (StartResult)77, (GeneralError)78, 1, 2, 3, 4, new string('h', 64), new string('v', 64)),
        ];
        foreach (PptpMessage message in messages)
        {
            Assert.Equal(message, Parse(Emit(message)));
        }
    }

    [Fact]
    public void EveryTypeHasItsSize() => Assert.Equal(
        [0, 156, 156, 16, 16, 16, 20, 168, 32, 220, 24, 28, 16, 148, 40, 24, 0],
        Enumerable.Range(0, 17).Select(type => PptpHeader.SizeOf((PptpMessageType)type)));

    [Fact]
    public void L13_PhoneOf70Characters_IsCutTo64()
    {
        byte[] bytes = Emit(new OutgoingCallRequest(1, 0, 0, 0, 0, 0, 0, 0, new string('5', 70), ""));
        Assert.Equal(64, bytes[37]);
        Assert.All(bytes[40..104], b => Assert.Equal((byte)'5', b));
        Assert.All(bytes[104..], b => Assert.Equal(0, b));
    }

    [Fact]
    public void PhoneLengthBeyondTheField_IsBounded()
    {
        byte[] bytes = Emit(new OutgoingCallRequest(1, 0, 0, 0, 0, 0, 0, 0, new string('5', 64), "sub"));
        bytes[36] = 0xFF;
        OutgoingCallRequest request = Assert.IsType<OutgoingCallRequest>(Parse(bytes));
        Assert.Equal(64, request.PhoneNumber.Length);
    }

    [Fact]
    public void C28_NamesWithoutNulAndWithControlCharacters_AreSafeToLog()
    {
        byte[] bytes = Emit(new StartControlConnectionReply(0x0100, StartResult.Ok, GeneralError.None, 3, 3, 1, 1, "", ""));
        bytes.AsSpan(28, 64).Fill((byte)'x');
        "a\n\x1b[2J\u0000garbage"u8.CopyTo(bytes.AsSpan(92));
        StartControlConnectionReply reply = Assert.IsType<StartControlConnectionReply>(Parse(bytes));
        Assert.Equal(new string('x', 64), reply.HostName);
        Assert.Equal("a..[2J", reply.Vendor);
    }

    private static void Check(string hex, PptpMessage message)
    {
        byte[] bytes = Vector.Bytes(hex);
        Assert.Equal(bytes, Emit(message));
        Assert.Equal(message, Parse(bytes));
    }

    private static byte[] Emit(PptpMessage message)
    {
        byte[] bytes = Enumerable.Repeat((byte)0xEE, message.Size).ToArray();
        message.Write(bytes);
        return bytes;
    }

    private static PptpMessage? Parse(byte[] bytes)
    {
        Assert.Equal(PptpFraming.Message, PptpHeader.Read(bytes, out PptpHeader header));
        return PptpMessage.Parse(header, bytes);
    }
}
