using TestServers.Pptp;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Pptp;

namespace TunnelCore.Tests.Transport;

/// <summary>A call whose packets the kernel carries, against a scripted server: cases P03, P04, P06, P07, P12, G30, K05.</summary>
public sealed class PptpKernelPathTests
{
    private static readonly PptpTimeouts s_short = new() { GreSilence = TimeSpan.FromSeconds(0.5) };

    [RootFact]
    public async Task P03_Connected_RightAfterTheCallReply()
    {
        TaskCompletionSource connected = new();
        FakeKernelPath kernel = new() { OnConnect = connected.SetResult };
        await using PptpRig rig = Rig(kernel, async session =>
        {
            await session.AcceptCallAsync();
            // The server's first packet may follow at once; nobody has asked for the link yet.
            await connected.Task.WaitAsync(TimeSpan.FromSeconds(5));
            await session.ServeAsync();
        });
        await rig.Transport.ConnectAsync(CancellationToken.None);
        Assert.Equal(PptpServerSession.ServerCallId, kernel.Opened!.Server!.Value.CallId);
        Assert.Same(kernel.Opened.Socket, rig.Transport.KernelLink!.Socket);
        Assert.Contains("Information: The kernel carries the packets", rig.Log);
        Assert.True(rig.Transport.PathMtu > 1400, $"{rig.Transport.PathMtu}");
        await rig.CloseAsync();
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task P12_TheCallIdIsTheOneOnTheWire()
    {
        FakeKernelPath kernel = new() { OpenErrors = new([Errno.EBUSY]) };
        PptpServerSession? seen = null;
        await using PptpRig rig = Rig(kernel, async session =>
        {
            seen = session;
            await session.AcceptCallAsync(0);
            await session.ServeAsync();
        });
        await rig.Transport.ConnectAsync(CancellationToken.None);
        Assert.Equal(kernel.Asked[1].CallId, seen!.ClientCallId);
        Assert.Equal(seen.Client, kernel.Asked[1].Local);
        Assert.Equal((seen.Server, (ushort)0), kernel.Opened!.Server);
        await rig.CloseAsync();
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task P04_AlreadyThere_TheSameCallGoesOnInUserSpace()
    {
        FakeKernelPath kernel = new() { ConnectError = Errno.EALREADY };
        await using PptpRig rig = Rig(kernel, async session =>
        {
            await session.AcceptCallAsync();
            session.Gre.Send(session.ClientCallId, 0, PptpRig.Frame(7));
            await session.ServeAsync();
        });
        await rig.UpAsync();
        Assert.Null(rig.Transport.KernelLink);
        Assert.True(kernel.Opened!.IsDisposed);
        await rig.ExpectAsync(7);
        await rig.CloseAsync();
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task P06_ControlFin_EndsTheCall()
    {
        FakeKernelPath kernel = new();
        await using PptpRig rig = Rig(kernel, async session =>
        {
            await session.AcceptCallAsync();
            session.Fin();
        });
        await rig.Transport.ConnectAsync(CancellationToken.None);
        Assert.Equal(Cause.PeerEnded, (await rig.DownAsync()).Cause);
        await rig.CloseAsync();
        Assert.True(kernel.Opened!.IsDisposed);
    }

    [RootFact]
    public async Task P07_TheEngineIsGone_TheServerIsTold()
    {
        PptpServerSession? seen = null;
        FakeKernelPath kernel = new();
        await using PptpRig rig = Rig(kernel, async session =>
        {
            seen = session;
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        await rig.Transport.ConnectAsync(CancellationToken.None);
        rig.Transport.KernelLink!.HandedOver();
        Assert.True(kernel.Opened!.IsDisposed);
        await rig.CloseAsync();
        await rig.FinishAsync();
        Assert.Equal([ControlCodec.ClearRequest, ControlCodec.StopRequest], seen!.Heard[2..]);
    }

    [RootFact]
    public async Task G30_NothingComesFromTheServer_IsGreBlocked()
    {
        await using PptpRig rig = Rig(new FakeKernelPath(), async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        await rig.Transport.ConnectAsync(CancellationToken.None);
        IKernelLink link = rig.Transport.KernelLink!;
        link.Sent();
        link.Sent();
        Assert.Equal(new Failure(Cause.GreBlocked, "2 packets sent, none received"), await rig.DownAsync());
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task G30_OnePacketFromTheServer_OrNoneOfOurs_IsNoSilence()
    {
        foreach (bool begun in (bool[])[true, false])
        {
            await using PptpRig rig = Rig(new FakeKernelPath(), async session =>
            {
                await session.AcceptCallAsync();
                await session.ServeAsync();
            });
            await rig.Transport.ConnectAsync(CancellationToken.None);
            if (begun)
            {
                rig.Transport.KernelLink!.Sent();
                rig.Transport.KernelLink!.Received();
            }

            await Assert.ThrowsAsync<TimeoutException>(() => rig.Transport.Completion.WaitAsync(s_short.GreSilence * 4));
            await rig.CloseAsync();
            await rig.FinishAsync();
        }
    }

    [RootFact]
    public async Task KernelDemanded_AndMissing_FailsBeforeAnythingIsSent()
    {
        await using PptpRig rig = new(
            PptpServer.OnLoopback(_ => throw new InvalidOperationException("The client has called.")),
            new PptpOptions { DataPath = PptpDataPath.Kernel },
            kernel: new FakeKernelPath { WhyNot = "no kernel module pptp" });
        Assert.Equal(new Failure(Cause.KernelPptp, "no kernel module pptp"), await rig.RefusedAsync());
    }

    [RootFact]
    public async Task Cancelled_WhileTheCallIsSetUp_GivesTheCallIdBack()
    {
        TaskCompletionSource asked = new();
        FakeKernelPath kernel = new();
        using CancellationTokenSource cancellation = new();
        await using PptpRig rig = Rig(kernel, async session =>
        {
            await session.AcceptControlAsync();
            asked.SetResult();
            await session.ServeAsync();
        });
        Task connect = rig.Transport.ConnectAsync(cancellation.Token);
        await asked.Task;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connect);
        await rig.CloseAsync();
        Assert.True(kernel.Opened!.IsDisposed);
        Assert.Null(rig.Transport.KernelLink);
    }

    private static PptpRig Rig(FakeKernelPath kernel, Func<PptpServerSession, Task> script) =>
        new(PptpServer.OnLoopback(script), new PptpOptions { Timeouts = s_short }, kernel: kernel);
}
