using System.Diagnostics;
using TestServers.Pptp;
using TunnelCore.Diagnostics;
using TunnelCore.Pptp;

namespace TunnelCore.Tests.Transport;

/// <summary>Keep-alive and teardown against a scripted server, over real sockets.</summary>
public sealed class PptpTeardownTests
{
    private static readonly PptpOptions s_echoes = new()
    {
        Timeouts = new PptpTimeouts { EchoInterval = TimeSpan.FromSeconds(0.2), EchoReply = TimeSpan.FromSeconds(1) },
    };

    [RootFact]
    public async Task K01_EchoesAreAnswered_TheCallStays()
    {
        TaskCompletionSource enough = new();
        await using PptpRig rig = new(
            async session =>
            {
                await session.AcceptCallAsync();
                for (uint expected = 1; expected <= 3; expected++)
                {
                    byte[] echo = await session.ExpectAsync(ControlCodec.EchoRequest);
                    Assert.Equal(expected, echo[15]);
                    await session.SendAsync(ControlCodec.MakeEchoReply(echo));
                }

                enough.SetResult();
                await session.ServeAsync();
            },
            s_echoes);
        await rig.UpAsync();
        await enough.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(rig.Transport.Completion.IsCompleted);
        await rig.CloseAsync();
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task K02_EchoesNeverAnswered_IsADeadPeer()
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(
            async session =>
            {
                seen = session;
                await session.AcceptCallAsync();
                await session.IgnoreAsync();
            },
            s_echoes);
        await rig.UpAsync();
        Assert.Equal(Cause.DeadPeer, (await rig.DownAsync()).Cause);
        await rig.FinishAsync();
        Assert.Equal([ControlCodec.EchoRequest, ControlCodec.ClearRequest, ControlCodec.StopRequest], seen!.Heard[2..]);
    }

    [RootFact]
    public async Task K06_ManyEchoRequests_AreAllAnswered()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            Task sending = Task.Run(async () =>
            {
                for (uint i = 0; i < 1000; i++)
                {
                    await session.SendAsync(ControlCodec.MakeEchoRequest(i));
                }
            });
            for (uint i = 0; i < 1000; i++)
            {
                byte[] reply = await session.ExpectAsync(ControlCodec.EchoReply);
                Assert.Equal(i, (uint)((reply[14] << 8) | reply[15]));
            }

            await sending;
            session.Fin();
            await session.IgnoreAsync();
        });
        await rig.UpAsync();
        Assert.Equal(Cause.PeerEnded, (await rig.DownAsync()).Cause);
        await rig.FinishAsync();
    }

    [RootTheory]
    [InlineData(PptpServerSession.ServerCallId)]
    [InlineData(null)]
    public async Task K08_K09_Disconnect_EndsTheCall(ushort? id)
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(async session =>
        {
            seen = session;
            await session.AcceptCallAsync();
            await session.SendAsync(ControlCodec.MakeDisconnectNotify(id ?? session.ClientCallId, 3));
            await session.ServeAsync();
        });
        await rig.UpAsync();
        Failure failure = await rig.DownAsync();
        Assert.Equal(Cause.PeerEnded, failure.Cause);
        Assert.Contains("administrator", failure.Detail, StringComparison.Ordinal);
        await rig.FinishAsync();
        Assert.Equal(ControlCodec.StopRequest, seen!.Heard[^1]);
    }

    [RootTheory]
    [InlineData(Cause.ShuttingDown, 3)]
    [InlineData(Cause.Cancelled, 1)]
    public async Task K14_LocalStop_TellsTheServerWhy(Cause why, byte reason)
    {
        byte told = 0;
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            await session.ExpectAsync(ControlCodec.ClearRequest);
            await session.SendAsync(ControlCodec.MakeDisconnectNotify(session.ClientCallId, 4));
            told = (await session.ExpectAsync(ControlCodec.StopRequest))[12];
            await session.SendAsync(ControlCodec.MakeStopReply());
        });
        await rig.UpAsync();
        await rig.Transport.CloseAsync(TimeSpan.FromSeconds(2), new Failure(why));
        await rig.FinishAsync();
        Assert.Equal(reason, told);
    }

    [RootFact]
    public async Task K11_StopWhileUp_IsAnswered()
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(async session =>
        {
            seen = session;
            await session.AcceptCallAsync();
            await session.SendAsync(ControlCodec.MakeStopRequest(0));
            await session.IgnoreAsync();
        });
        await rig.UpAsync();
        Assert.Equal(Cause.PeerEnded, (await rig.DownAsync()).Cause);
        await rig.FinishAsync();
        Assert.Equal(ControlCodec.StopReply, seen!.Heard[^1]);
    }

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task K12_K13_FinOrReset_EndsTheCall(bool reset)
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            if (reset)
            {
                session.Reset();
                return;
            }

            session.Fin();
            await session.IgnoreAsync();
        });
        await rig.UpAsync();
        Assert.Equal(new Failure(Cause.PeerEnded, reset ? "it reset the connection" : "it closed the connection"), await rig.DownAsync());
        await rig.CloseAsync();
    }

    [RootFact]
    public async Task K14_LocalClose_SaysClearAndStop()
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(async session =>
        {
            seen = session;
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        await rig.UpAsync();
        Stopwatch watch = Stopwatch.StartNew();
        await rig.CloseAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(0.5), $"{watch.Elapsed}");
        await rig.FinishAsync();
        Assert.Equal(
            [ControlCodec.StartRequest, ControlCodec.CallRequest, ControlCodec.ClearRequest, ControlCodec.StopRequest], seen!.Heard);
        Assert.Equal(Cause.Cancelled, (await rig.DownAsync()).Cause);
    }

    [RootFact]
    public async Task K15_FarewellNeverAnswered_EndsAfterTheBudget()
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(async session =>
        {
            seen = session;
            await session.AcceptCallAsync();
            await session.IgnoreAsync();
        });
        await rig.UpAsync();
        Stopwatch watch = Stopwatch.StartNew();
        await rig.CloseAsync(0.4);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.35, 1.2);
        await rig.FinishAsync();
        Assert.Equal([ControlCodec.ClearRequest, ControlCodec.StopRequest], seen!.Heard[2..]);
    }

    [RootFact]
    public async Task K16_ServerClosesOnClear_IsQuick()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            await session.ExpectAsync(ControlCodec.ClearRequest);
        });
        await rig.UpAsync();
        Stopwatch watch = Stopwatch.StartNew();
        await rig.CloseAsync();
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(0.5), $"{watch.Elapsed}");
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task K22_ServerThatSendsButNeverReads_IsADeadPeer()
    {
        using CancellationTokenSource stop = new();
        await using PptpRig rig = new(
            async session =>
            {
                await session.AcceptCallAsync();
                byte[] flood = [.. Enumerable.Range(0, 256).SelectMany(i => ControlCodec.MakeEchoRequest((uint)i))];
                while (!stop.IsCancellationRequested)
                {
                    await session.SendAsync(flood);
                }

                await Task.Delay(Timeout.Infinite, session.Ending);
            },
            s_echoes);
        await rig.UpAsync();
        // Control traffic that never stops puts our own Echo-Request off: the server lives. It must not grow or block anything.
        await Task.Delay(500);
        Assert.False(rig.Transport.Completion.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(Cause.DeadPeer, (await rig.DownAsync()).Cause);
        await rig.CloseAsync(0.2);
    }

    [RootFact]
    public async Task AfterTheClose_EveryCallIsANoOp()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        await rig.UpAsync();
        await rig.CloseAsync();
        rig.Send(PptpRig.Frame(1), PptpRig.Frame(2));
        await rig.CloseAsync();
        await rig.Transport.DisposeAsync();
        rig.Send(PptpRig.Frame(3));
    }
}
