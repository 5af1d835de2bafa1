using TunnelCore.Diagnostics;
using TunnelCore.Pptp;
using TunnelCore.Wire.Pptp;
using static TunnelCore.Tests.Pptp.MachineRig;

namespace TunnelCore.Tests.Pptp;

/// <summary>Set-up of control connection and call, as far as the machine decides it.</summary>
public sealed class PptpSetUpTests
{
    [Fact]
    public void GoodServer_GetsOurFieldValues()
    {
        MachineRig rig = new MachineRig().Connect();
        Assert.Equal(new StartControlConnectionRequest(0x0100, 3, 3, 0, 1, "local", "cananian"), Assert.Single(rig.Sent));
        rig.Hear(StartOk);
        Assert.Equal(new OutgoingCallRequest(OurCallId, 0, 2400, 1_000_000_000, 3, 3, 64, 0, "", ""), rig.Last);
        rig.Hear(CallOk);
        Assert.Equal(ServerCallId, rig.Up);
        Assert.Equal(2, rig.Sent.Count);
        Assert.Empty(rig.Failures);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void C07_C08_C09_ClosedBeforeTheReply_IsProtocol(bool reset)
    {
        MachineRig rig = new MachineRig().Connect().Lose(reset ? "it reset the connection" : "it closed the connection");
        Assert.Equal(Cause.PptpProtocol, rig.Failure.Cause);
        Assert.Contains("before its reply", rig.Failure.Detail, StringComparison.Ordinal);
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void C10_NoReplyEver_TimesOutAfter15SecondsAndStops()
    {
        MachineRig rig = new MachineRig().Connect().Wait(14.9);
        Assert.Empty(rig.Failures);
        rig.Wait(0.2);
        Assert.Equal(Cause.PptpControlTimeout, rig.Failure.Cause);
        Assert.Equal(new StopControlConnectionRequest(StopReason.None), rig.Last);
        Assert.Equal(0, rig.Disconnects);
        rig.Wait(1);
        Assert.Equal(1, rig.Disconnects);
        Assert.Null(rig.NextDeadline);
    }

    [Fact]
    public void C11_Result2Error4_IsRefusedWithWords()
    {
        MachineRig rig = new MachineRig().Connect().Hear(StartOk with { Result = StartResult.GeneralError, Error = GeneralError.NoResource });
        Assert.Equal(Cause.PptpRefused, rig.Failure.Cause);
        Assert.Contains("resources", rig.Failure.Detail, StringComparison.Ordinal);
        Assert.Equal(new StopControlConnectionRequest(StopReason.None), rig.Last);
        rig.Hear(new StopControlConnectionReply(1, GeneralError.None));
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void C12_Result3_IsRefused()
    {
        MachineRig rig = new MachineRig().Connect().Hear(StartOk with { Result = StartResult.ChannelExists });
        Assert.Equal(Cause.PptpRefused, rig.Failure.Cause);
        Assert.Contains("exists", rig.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void C13_Result4IsRefused_Result5IsAVersionProblem()
    {
        MachineRig refused = new MachineRig().Connect().Hear(StartOk with { Result = StartResult.NotAuthorized });
        Assert.Equal(Cause.PptpRefused, refused.Failure.Cause);
        Assert.Contains("refuses this client's address", refused.Failure.Detail, StringComparison.Ordinal);
        MachineRig version = new MachineRig().Connect().Hear(StartOk with { Result = StartResult.VersionNotSupported });
        Assert.Equal(Cause.PptpProtocol, version.Failure.Cause);
        Assert.Equal(new StopControlConnectionRequest(StopReason.VersionNotSupported), version.Last);
    }

    [Fact]
    public void C14_Result0_IsAcceptedWithAWarning()
    {
        MachineRig rig = new MachineRig().Connect().Hear(StartOk with { Result = StartResult.Unset });
        Assert.Empty(rig.Failures);
        Assert.Single(rig.Warnings);
        Assert.IsType<OutgoingCallRequest>(rig.Last);
    }

    [Theory]
    [InlineData(0x0200)]
    [InlineData(0x0001)]
    public void C15_OtherVersion_IsProtocol(int version)
    {
        MachineRig rig = new MachineRig().Connect().Hear(StartOk with { Version = (ushort)version });
        Assert.Equal(Cause.PptpProtocol, rig.Failure.Cause);
        Assert.Equal(new StopControlConnectionRequest(StopReason.VersionNotSupported), rig.Last);
    }

    [Fact]
    public void C16_StopInsteadOfReply_IsRefusedAndAnswered()
    {
        MachineRig rig = new MachineRig().Connect().Hear(new StopControlConnectionRequest(StopReason.None));
        Assert.Equal(Cause.PptpRefused, rig.Failure.Cause);
        Assert.Equal(new StopControlConnectionReply(1, GeneralError.None), rig.Last);
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void C17_ByteByByteAndCoalesced()
    {
        MachineRig slow = new MachineRig().Connect();
        foreach (byte b in Emit(StartOk))
        {
            slow.HearBytes(b);
        }

        Assert.IsType<OutgoingCallRequest>(slow.Last);
        MachineRig together = new MachineRig().Connect().Hear(StartOk, new EchoRequest(5));
        Assert.Equal(
            [PptpMessageType.StartControlConnectionRequest, PptpMessageType.OutgoingCallRequest, PptpMessageType.EchoReply],
            together.SentTypes);
    }

    [Fact]
    public void C18_JunkBeforeTheReply_ClosesAtOnce()
    {
        byte[] junk = new byte[37];
        new Random(3).NextBytes(junk);
        CheckGarbage([.. junk, .. Emit(StartOk)]);
    }

    [Fact]
    public void C19_WrongMagic_ClosesAtOnce()
    {
        byte[] bytes = Emit(StartOk);
        bytes[5] ^= 1;
        CheckGarbage(bytes);
    }

    [Theory]
    [InlineData("485454502f312e31203430302042616420526571756573740d0a0d0a", "web server")]
    [InlineData("15030100020228", "TLS server")]
    [InlineData("5353482d322e302d4f70656e5353480d0a", "SSH server")]
    public void C20_AnotherKindOfServer_IsNamed(string hex, string words)
    {
        Failure failure = CheckGarbage(Convert.FromHexString(hex));
        Assert.Contains("not a PPTP server", failure.Detail, StringComparison.Ordinal);
        Assert.Contains(words, failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(150)]
    [InlineData(11)]
    [InlineData(0)]
    public void C21_ReplyWithAWrongLength_IsProtocol(int length) => CheckGarbage(WithLength(length));

    [Theory]
    [InlineData(4000)]
    [InlineData(65535)]
    public void C22_HugeLength_IsProtocol(int length) => CheckGarbage(WithLength(length));

    [Fact]
    public void C23_TruncatedReplyThenSilence_TimesOut()
    {
        MachineRig rig = new MachineRig().Connect().HearBytes(Emit(StartOk)[..100]).Wait(15);
        Assert.Equal(Cause.PptpControlTimeout, rig.Failure.Cause);
    }

    [Fact]
    public void C24_TruncatedReplyThenFin_IsProtocol()
    {
        MachineRig rig = new MachineRig().Connect().HearBytes(Emit(StartOk)[..100]).Lose();
        Assert.Equal(Cause.PptpProtocol, rig.Failure.Cause);
        Assert.Contains("middle of a message", rig.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void C25_ReservedBits_AreNotedOnce()
    {
        byte[] reply = Emit(StartOk);
        byte[] echo = Emit(new EchoRequest(1));
        reply[11] = echo[11] = 7;
        MachineRig rig = new MachineRig().Connect().HearBytes([.. reply, .. echo, .. echo]);
        Assert.Empty(rig.Failures);
        Assert.Single(rig.Notes, note => note.Contains("reserved", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(0xFFFF)]
    public void C26_UnknownType_IsSkippedUpTo16Times(int type)
    {
        byte[] unknown = Convert.FromHexString($"001400011a2b3c4d{type:x4}0000ffffffffffffffff");
        MachineRig rig = new MachineRig().Connect();
        for (int i = 0; i < 16; i++)
        {
            rig.HearBytes(unknown);
        }

        Assert.Empty(rig.Failures);
        rig.Hear(StartOk);
        Assert.IsType<OutgoingCallRequest>(rig.Last);
        rig.HearBytes(unknown);
        Assert.Equal(Cause.PptpProtocol, rig.Failure.Cause);
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void C27_ManagementMessage_IsSkipped()
    {
        MachineRig rig = new MachineRig().Connect().HearBytes(Convert.FromHexString("001000021a2b3c4d0002000000000000")).Hear(StartOk);
        Assert.Empty(rig.Failures);
        Assert.IsType<OutgoingCallRequest>(rig.Last);
    }

    [Fact]
    public void C29_RequestFromTheServerWhileWaiting_IsIgnored()
    {
        MachineRig rig = new MachineRig().Connect()
            .Hear(new StartControlConnectionRequest(0x0100, 3, 3, 0, 1, "x", "y"));
        Assert.Single(rig.Sent);
        Assert.Empty(rig.Failures);
        Assert.Single(rig.Notes);
    }

    [Fact]
    public void C30_SecondReplyWhileEstablished_IsIgnored()
    {
        MachineRig rig = new MachineRig().Established().Hear(StartOk);
        Assert.Empty(rig.Sent);
        Assert.Empty(rig.Failures);
        Assert.IsType<PptpState.Established>(rig.State);
    }

    [Theory]
    [InlineData(2, 1, "control connection")]
    [InlineData(2, 2, "length or magic")]
    [InlineData(2, 3, "out of range")]
    [InlineData(2, 4, "resources")]
    [InlineData(2, 5, "call ID")]
    [InlineData(2, 6, "server's own")]
    [InlineData(3, 0, "no carrier")]
    [InlineData(4, 0, "busy")]
    [InlineData(5, 0, "no dial tone")]
    [InlineData(6, 0, "time-out")]
    [InlineData(7, 0, "does not allow the call")]
    [InlineData(0, 0, "result 0")]
    [InlineData(200, 0, "result 200")]
    public void C31_RefusedCall_IsToldInWordsAndStoppedInOrder(int result, int error, string words)
    {
        MachineRig rig = new MachineRig().Calling()
            .Hear(CallOk with { Result = (CallResult)result, Error = (GeneralError)error, CauseCode = 17 });
        Assert.Equal(Cause.PptpCallRefused, rig.Failure.Cause);
        Assert.Contains(words, rig.Failure.Detail, StringComparison.Ordinal);
        Assert.Contains("cause 17: user busy", rig.Failure.Detail, StringComparison.Ordinal);
        Assert.Equal(new StopControlConnectionRequest(StopReason.None), Assert.Single(rig.Sent));
        rig.Hear(new StopControlConnectionReply(1, GeneralError.None));
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void C32_NoCallReply_TimesOutAfter20SecondsWithClearAndStop()
    {
        MachineRig rig = new MachineRig().Calling().Wait(19.9);
        Assert.Empty(rig.Failures);
        rig.Wait(0.2);
        Assert.Equal(Cause.PptpCallTimeout, rig.Failure.Cause);
        rig.Wait(2);
        Assert.Equal([PptpMessageType.CallClearRequest, PptpMessageType.StopControlConnectionRequest], rig.SentTypes);
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void C33_ReplyToAForeignCall_IsIgnored()
    {
        MachineRig rig = new MachineRig().Calling().Hear(CallOk with { PeerCallId = 1 });
        Assert.Null(rig.Up);
        Assert.Empty(rig.Failures);
        rig.Wait(20);
        Assert.Equal(Cause.PptpCallTimeout, rig.Failure.Cause);
    }

    [Fact]
    public void C34_CallReplyBeforeTheStartReply_IsIgnored()
    {
        MachineRig rig = new MachineRig().Connect().Hear(CallOk);
        Assert.Null(rig.Up);
        Assert.Empty(rig.Failures);
        rig.Hear(StartOk, CallOk);
        Assert.Equal(ServerCallId, rig.Up);
    }

    [Fact]
    public void C35_SecondCallReply_TheFirstCounts()
    {
        MachineRig rig = new MachineRig().Established().Hear(CallOk with { CallId = 99 });
        Assert.Equal(ServerCallId, rig.Up);
        Assert.Equal(ServerCallId, Assert.IsType<PptpState.Established>(rig.State).ServerCallId);
        Assert.Empty(rig.Failures);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65535)]
    public void C36_AnyServerCallId_IsGood(int id) =>
        Assert.Equal((ushort)id, new MachineRig().Calling().Hear(CallOk with { CallId = (ushort)id }).Up);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65535)]
    public void C37_AnyWindowAndSpeed_IsGood(int window) =>
        Assert.NotNull(new MachineRig().Calling().Hear(CallOk with { ReceiveWindow = (ushort)window, ConnectSpeed = 0 }).Up);

    [Theory]
    [InlineData(ServerCallId)]
    [InlineData(OurCallId)]
    [InlineData(0)]
    public void C38_DisconnectInsteadOfReply_IsRefused(int id)
    {
        MachineRig rig = new MachineRig().Calling()
            .Hear(new CallDisconnectNotify((ushort)id, DisconnectResult.AdminShutdown, GeneralError.None, 0, ""));
        Assert.Equal(Cause.PptpCallRefused, rig.Failure.Cause);
        Assert.Contains("administrator", rig.Failure.Detail, StringComparison.Ordinal);
        Assert.IsType<StopControlConnectionRequest>(rig.Last);
    }

    [Fact]
    public void C39_StopInsteadOfCallReply_IsRefusedAndAnswered()
    {
        MachineRig rig = new MachineRig().Calling().Hear(new StopControlConnectionRequest(StopReason.ShuttingDown));
        Assert.Equal(Cause.PptpCallRefused, rig.Failure.Cause);
        Assert.IsType<StopControlConnectionReply>(rig.Last);
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void C40_FinInsteadOfCallReply_IsRefused()
    {
        MachineRig rig = new MachineRig().Calling().Lose();
        Assert.Equal(Cause.PptpCallRefused, rig.Failure.Cause);
        Assert.Contains("closed", rig.Failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void C41_ClearFromTheServer_IsAnsweredByDisconnect(bool established)
    {
        MachineRig rig = established ? new MachineRig().Established() : new MachineRig().Calling();
        rig.Hear(new CallClearRequest(0xA0F7));
        Assert.Equal(new CallDisconnectNotify(0xA0F7, DisconnectResult.LostCarrier, GeneralError.None, 0, ""), rig.Sent[0]);
        Assert.Equal(established ? Cause.PeerEnded : Cause.PptpCallRefused, rig.Failure.Cause);
    }

    [Fact]
    public void C42_IncomingCall_IsNotAccepted()
    {
        MachineRig rig = new MachineRig().Established().Hear(new IncomingCallRequest(77, 1, 1, 0, "", "", ""));
        Assert.Equal(new IncomingCallReply(0, 77, 3, GeneralError.None, 0, 0), Assert.Single(rig.Sent));
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void C43_OutgoingCallFromTheServer_IsRefused()
    {
        MachineRig rig = new MachineRig().Established().Hear(new OutgoingCallRequest(0xB738, 0, 1, 1, 3, 3, 3, 0, "", ""));
        Assert.Equal("002000011a2b3c4d000800000000b73807000000009896800003000000000000", Convert.ToHexStringLower(Emit(rig.Last)));
        Assert.Empty(rig.Failures);
    }

    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(0u)]
    [InlineData(0x000A0000u)]
    public void C44_SetLinkInfo_ChangesNothing(uint map)
    {
        MachineRig rig = new MachineRig().Established().Hear(new SetLinkInfo(OurCallId, map, map));
        Assert.Empty(rig.Sent);
        Assert.Empty(rig.Failures);
        Assert.Empty(rig.Warnings);
    }

    [Fact]
    public void C45_WanErrorsEverySecond_AreNotedOncePerMinute()
    {
        MachineRig rig = new MachineRig().Established();
        rig.Notes.Clear();
        for (int second = 0; second < 150; second++)
        {
            rig.Hear(new WanErrorNotify(OurCallId, (uint)second, 0, 0, 0, 0, 0)).Wait(1);
        }

        Assert.Equal(3, rig.Notes.Count);
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void C46_BezeqQuirk_HasItsValuesButOurCallId()
    {
        MachineRig rig = new MachineRig(new PptpOptions { Quirk = PptpQuirk.BezeqIsrael }).Connect().Hear(StartOk, CallOk);
        Assert.Equal(
            [
                new StartControlConnectionRequest(0x0100, 1, 1, 0, 0x6021, "RELAY_PPP1", "MS Win NT"),
                new OutgoingCallRequest(OurCallId, 0, 2400, 10_000_000, 2, 3, 3, 0, "RELAY_PPP1", ""),
                new SetLinkInfo(ServerCallId, uint.MaxValue, uint.MaxValue),
            ],
            rig.Sent);
        Assert.NotNull(rig.Up);
    }

    [Fact]
    public void SetLinkInfo_IsSentOnlyOnDemand()
    {
        MachineRig rig = new MachineRig(new PptpOptions { SendSetLinkInfo = true }).Connect().Hear(StartOk, CallOk);
        Assert.Equal(new SetLinkInfo(ServerCallId, uint.MaxValue, uint.MaxValue), rig.Last);
    }

    [Fact]
    public void RandomConversations_NeverThrowAndFailAtMostOnce()
    {
        Random random = new(7);
        for (int round = 0; round < 3000; round++)
        {
            MachineRig rig = new MachineRig().Connect();
            for (int step = 0; step < 40 && rig.State is not PptpState.Closed; step++)
            {
                Step(rig, random);
            }

            rig.Close().Wait(3);
            Assert.Equal(1, rig.Disconnects);
            Assert.True(rig.Failures.Count <= 1);
        }
    }

    private static void Step(MachineRig rig, Random random)
    {
        int type = random.Next(1, 16);
        byte[] bytes = new byte[PptpHeader.SizeOf((PptpMessageType)type)];
        random.NextBytes(bytes);
        PptpHeader.Write(bytes, (PptpMessageType)type);
        // IDs and results that mean something, most of the time.
        bytes[12] = (byte)(random.Next(3) == 0 ? 0 : OurCallId >> 8);
        bytes[13] = (byte)(random.Next(3) == 0 ? 0 : OurCallId & 0xFF);
        switch (random.Next(12))
        {
            case 0:
                rig.Wait(random.Next(30));
                break;
            case 1:
                rig.Hear(StartOk);
                break;
            case 2:
                rig.Hear(CallOk);
                break;
            default:
                rig.HearBytes(bytes);
                break;
        }
    }

    private static Failure CheckGarbage(byte[] bytes)
    {
        MachineRig rig = new MachineRig().Connect().HearBytes(bytes);
        Assert.Equal(Cause.PptpProtocol, rig.Failure.Cause);
        Assert.Equal(1, rig.Disconnects);
        Assert.Single(rig.Sent);
        return rig.Failure;
    }

    private static byte[] WithLength(int length)
    {
        byte[] bytes = Emit(StartOk);
        bytes[0] = (byte)(length >> 8);
        bytes[1] = (byte)length;
        return bytes;
    }
}
