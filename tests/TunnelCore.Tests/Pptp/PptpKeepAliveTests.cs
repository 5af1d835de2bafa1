using TunnelCore.Diagnostics;
using TunnelCore.Pptp;
using TunnelCore.Wire.Pptp;
using static TunnelCore.Tests.Pptp.MachineRig;

namespace TunnelCore.Tests.Pptp;

/// <summary>Keep-alive and teardown.</summary>
public sealed class PptpKeepAliveTests
{
    private static readonly PptpOptions s_fast =
        new() { Timeouts = new PptpTimeouts { EchoInterval = TimeSpan.FromSeconds(1), EchoReply = TimeSpan.FromSeconds(1) } };

    [Fact]
    public void K01_AnsweredEchoes_KeepTheCallWithIdentifiersThatCount()
    {
        MachineRig rig = new MachineRig(s_fast).Established();
        for (uint identifier = 1; identifier <= 3; identifier++)
        {
            rig.Wait(1);
            Assert.Equal(new EchoRequest(identifier), rig.Last);
            rig.Hear(new EchoReply(identifier, 1, GeneralError.None));
        }

        Assert.Equal(3, rig.Sent.Count);
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void K02_EchoesNeverAnswered_EndsWithClearAndStop()
    {
        MachineRig rig = new MachineRig(s_fast).Established().Wait(2);
        Assert.Equal(Cause.DeadPeer, rig.Failure.Cause);
        rig.Wait(2);
        Assert.Equal(
            [PptpMessageType.EchoRequest, PptpMessageType.CallClearRequest, PptpMessageType.StopControlConnectionRequest], rig.SentTypes);
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void K03_ReplyWithAnotherIdentifier_DoesNotCount()
    {
        MachineRig rig = new MachineRig(s_fast).Established().Wait(1).Hear(new EchoReply(77, 1, GeneralError.None)).Wait(1);
        Assert.Equal(Cause.DeadPeer, rig.Failure.Cause);
    }

    [Fact]
    public void K04_ReplyWithResult2_IsAcceptedWithAWarning()
    {
        MachineRig rig = new MachineRig(s_fast).Established().Wait(1).Hear(new EchoReply(1, 2, GeneralError.BadFormat)).Wait(0.5);
        Assert.Empty(rig.Failures);
        Assert.Single(rig.Warnings);
    }

    [Fact]
    public void K05_EchoLostWhilePacketsFlow_BuysOneInterval()
    {
        MachineRig rig = new MachineRig(s_fast).Established().PacketsReceived(10).Wait(1).PacketsReceived(11).Wait(1);
        Assert.Empty(rig.Failures);
        Assert.Equal([new EchoRequest(1), new EchoRequest(1)], rig.Sent);
        rig.PacketsReceived(12).Wait(1);
        Assert.Equal(Cause.DeadPeer, rig.Failure.Cause);
    }

    [Fact]
    public void K05_LateReplyInTheGrace_SavesTheCall()
    {
        MachineRig rig = new MachineRig(s_fast).Established().Wait(1).PacketsReceived(1).Wait(1).Hear(new EchoReply(1, 1, GeneralError.None)).Wait(0.9);
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void K06_FloodOfEchoRequests_IsAnsweredWithoutNotes()
    {
        MachineRig rig = new MachineRig().Established();
        rig.Notes.Clear();
        for (uint i = 0; i < 1000; i++)
        {
            rig.Hear(new EchoRequest(i));
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => new EchoReply((uint)i, 1, GeneralError.None)), rig.Sent);
        Assert.Empty(rig.Notes);
        Assert.Empty(rig.Warnings);
    }

    [Fact]
    public void K07_IntervalZero_SendsNoEchoButAnswers()
    {
        MachineRig rig = new MachineRig(new PptpOptions { Timeouts = new PptpTimeouts { EchoInterval = TimeSpan.Zero } }).Established().Wait(10_000);
        Assert.Empty(rig.Sent);
        rig.Hear(new EchoRequest(3));
        Assert.Equal(new EchoReply(3, 1, GeneralError.None), Assert.Single(rig.Sent));
    }

    [Fact]
    public void ControlTraffic_PutsTheEchoOff()
    {
        MachineRig rig = new MachineRig().Established().Wait(50).Hear(new SetLinkInfo(OurCallId, 0, 0)).Wait(59);
        Assert.Empty(rig.Sent);
        rig.Wait(1);
        Assert.IsType<EchoRequest>(Assert.Single(rig.Sent));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void K08_DisconnectWithTheServersId_EndsWithItsReason(int result)
    {
        MachineRig rig = new MachineRig().Established()
            .Hear(new CallDisconnectNotify(ServerCallId, (DisconnectResult)result, GeneralError.None, 0, ""));
        Assert.Equal(Cause.PeerEnded, rig.Failure.Cause);
        Assert.Contains($"result {result}", rig.Failure.Detail, StringComparison.Ordinal);
        Assert.IsType<StopControlConnectionRequest>(Assert.Single(rig.Sent));
    }

    [Fact]
    public void K09_DisconnectWithOurId_Ends()
    {
        MachineRig rig = new MachineRig().Established()
            .Hear(new CallDisconnectNotify(OurCallId, DisconnectResult.Request, GeneralError.None, 0, ""));
        Assert.Equal(Cause.PeerEnded, rig.Failure.Cause);
    }

    [Fact]
    public void K10_DisconnectWithAForeignId_IsIgnored()
    {
        MachineRig rig = new MachineRig().Established()
            .Hear(new CallDisconnectNotify(0x4321, DisconnectResult.LostCarrier, GeneralError.None, 0, ""));
        Assert.Empty(rig.Failures);
        Assert.Single(rig.Warnings);
        Assert.IsType<PptpState.Established>(rig.State);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void K11_StopWhileUp_IsAnswered(int reason)
    {
        MachineRig rig = new MachineRig().Established().Hear(new StopControlConnectionRequest((StopReason)reason));
        Assert.Equal(Cause.PeerEnded, rig.Failure.Cause);
        Assert.Equal(new StopControlConnectionReply(1, GeneralError.None), Assert.Single(rig.Sent));
        Assert.Equal(1, rig.Disconnects);
    }

    [Theory]
    [InlineData("it closed the connection")]
    [InlineData("it reset the connection")]
    public void K12_K13_ConnectionLostWhileUp_IsThePeersEnd(string how)
    {
        MachineRig rig = new MachineRig().Established().Lose(how);
        Assert.Equal(new Failure(Cause.PeerEnded, how), rig.Failure);
        Assert.Equal(1, rig.Disconnects);
        Assert.Empty(rig.Sent);
    }

    [Fact]
    public void K14_LocalStopWhileUp_ClearsThenStops()
    {
        MachineRig rig = new MachineRig().Established().Close();
        Assert.Equal(new CallClearRequest(OurCallId), Assert.Single(rig.Sent));
        rig.Hear(new CallDisconnectNotify(OurCallId, DisconnectResult.Request, GeneralError.None, 0, ""));
        Assert.Equal(new StopControlConnectionRequest(StopReason.None), rig.Last);
        rig.Hear(new StopControlConnectionReply(1, GeneralError.None));
        Assert.Equal(1, rig.Disconnects);
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void K14_StopOfTheWholeService_IsToldTheServer()
    {
        MachineRig up = new MachineRig().Established().Close(2, StopReason.ShuttingDown).Close(1).Wait(2);
        Assert.Equal(new StopControlConnectionRequest(StopReason.ShuttingDown), up.Last);
        MachineRig starting = new MachineRig().Connect().Close(2, StopReason.ShuttingDown);
        Assert.Equal(new StopControlConnectionRequest(StopReason.ShuttingDown), starting.Last);
    }

    [Fact]
    public void K15_ServerNeverAnswersTheFarewell_ItEndsAfter2Seconds()
    {
        MachineRig rig = new MachineRig().Established().Close().Wait(0.99);
        Assert.Single(rig.Sent);
        rig.Wait(0.02);
        Assert.IsType<StopControlConnectionRequest>(rig.Last);
        Assert.Equal(0, rig.Disconnects);
        rig.Wait(1);
        Assert.Equal(1, rig.Disconnects);
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void K16_ServerClosesOnClear_IsNoError()
    {
        MachineRig rig = new MachineRig().Established().Close().Lose();
        Assert.Equal(1, rig.Disconnects);
        Assert.Empty(rig.Failures);
        Assert.Empty(rig.Warnings);
    }

    [Fact]
    public void K17_StopDuringSetUp_IsQuick()
    {
        MachineRig idle = new MachineRig().Close();
        Assert.Equal(1, idle.Disconnects);
        Assert.Empty(idle.Sent);

        MachineRig starting = new MachineRig().Connect().Close();
        Assert.Equal(1, starting.Disconnects);
        Assert.IsType<StopControlConnectionRequest>(starting.Last);

        MachineRig calling = new MachineRig().Calling().Close(0.4).Wait(0.4);
        Assert.Equal([PptpMessageType.CallClearRequest, PptpMessageType.StopControlConnectionRequest], calling.SentTypes);
        Assert.Equal(1, calling.Disconnects);
    }

    [Fact]
    public void CloseInTheMiddleOfAFarewell_Shortens()
    {
        MachineRig rig = new MachineRig().Established().Close(20).Wait(1).Close(1).Wait(1);
        Assert.Equal(1, rig.Disconnects);
        rig.Close();
        Assert.Equal(1, rig.Disconnects);
    }

    [Fact]
    public void K23_AfterASleep_ADeadServerIsNoticedIn10Seconds()
    {
        MachineRig rig = new MachineRig().Established().Sleep(600);
        Assert.IsType<EchoRequest>(Assert.Single(rig.Sent));
        rig.Wait(9.9);
        Assert.Empty(rig.Failures);
        rig.Wait(0.2);
        Assert.Equal(Cause.DeadPeer, rig.Failure.Cause);
    }

    [Fact]
    public void K23_SleepWithAnEchoUnderWay_GivesTheServerAnotherChance()
    {
        MachineRig rig = new MachineRig().Established().Wait(61).Sleep(600);
        Assert.Empty(rig.Failures);
        Assert.Equal(2, rig.Sent.Count);
        rig.Hear(new EchoReply(1, 1, GeneralError.None)).Wait(30);
        Assert.Empty(rig.Failures);
    }

    [Fact]
    public void PacketPathGivesUp_TheCallIsClearedInOrder()
    {
        MachineRig rig = new MachineRig().Established().Abandon(new Failure(Cause.GreBlocked, "12 packets sent, none received"));
        Assert.Equal(Cause.GreBlocked, rig.Failure.Cause);
        Assert.IsType<CallClearRequest>(rig.Last);
        rig.Lose();
        Assert.Equal(1, rig.Disconnects);
        Assert.Single(rig.Failures);
    }
}
