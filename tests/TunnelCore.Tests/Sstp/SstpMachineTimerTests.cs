using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Tests.Sstp;

/// <summary>What the machine does because time passes.</summary>
public sealed class SstpMachineTimerTests
{
    [Theory]
    [InlineData(SstpPhase.RequestSent, 20)]
    [InlineData(SstpPhase.AckReceived, 40)]
    [InlineData(SstpPhase.Connected, 15)]
    [InlineData(SstpPhase.AbortPending, 3)]
    [InlineData(SstpPhase.AbortTimeout, 1)]
    [InlineData(SstpPhase.DisconnectAckPending, 5)]
    [InlineData(SstpPhase.DisconnectTimeout, 1)]
    internal void EveryState_HasItsTimer(SstpPhase phase, int seconds)
    {
        MachineRun run = MachineRun.In(phase);
        Assert.Equal(run.Now + TimeSpan.FromSeconds(seconds), run.Machine.NextDeadline);
    }

    [Fact]
    public void Timers_FollowTheTimeouts()
    {
        TunnelTimeouts timeouts = new()
        {
            SstpNegotiation = TimeSpan.FromSeconds(7),
            Authentication = TimeSpan.FromSeconds(8),
            Hello = TimeSpan.FromSeconds(9),
        };
        SstpTimers timers = SstpTimers.From(timeouts);
        Assert.Equal((7, 8, 9), (timers.Negotiation.Seconds, timers.Authentication.Seconds, timers.Hello.Seconds));
    }

    [Fact]
    public void Nak_StartsTheNegotiationTimerAgain()
    {
        MachineRun run = MachineRun.In(SstpPhase.RequestSent);
        run.Now += TimeSpan.FromSeconds(19);
        run.Do(MachineRun.Received(ControlMessage.CallConnectNak()));
        Assert.Equal(run.Now + TimeSpan.FromSeconds(20), run.Machine.NextDeadline);
    }

    [Fact]
    public void Hello_Silence_EchoAfterOneInterval_DeadAfterTwo()
    {
        MachineRun run = MachineRun.In(SstpPhase.Connected);
        TimeSpan start = run.Now;
        run.Clear();
        Assert.Equal([15, 30, 45, 60], Ticks(run, start, until: () => run.Sent.Length > 0));
        Assert.Equal("EchoRequest", run.Sent);
        Assert.Equal([75, 90, 105, 120], Ticks(run, start, until: () => run.Closed));
        Assert.Equal("EchoRequest", run.Sent);
        Assert.Equal(Cause.DeadPeer, Assert.Single(run.Failures).Cause);
        Assert.Null(run.Machine.NextDeadline);
    }

    [Fact]
    public void Hello_AnythingHeard_StartsItAgain()
    {
        MachineRun run = MachineRun.In(SstpPhase.Connected);
        TimeSpan start = run.Now;
        run.Clear();
        run.NextTick();
        run.NextTick(heard: true);
        Assert.Equal([45, 60, 75, 90], Ticks(run, start, until: () => run.Sent.Length > 0));
        run.NextTick(heard: true);
        run.Clear();
        Assert.Equal([120, 135, 150, 165], Ticks(run, start, until: () => run.Sent.Length > 0));
        Assert.False(run.Closed);
    }

    [Fact]
    public void Hello_ALateTick_ProbesBeforeItGivesUp()
    {
        MachineRun run = MachineRun.In(SstpPhase.Connected);
        run.Clear();
        run.Now += TimeSpan.FromMinutes(10);
        run.Do(new SstpEvent.Tick(false));
        Assert.Equal("EchoRequest", run.Sent);
        Assert.False(run.Closed);
        run.Now += TimeSpan.FromSeconds(59);
        run.Do(new SstpEvent.Tick(false));
        Assert.False(run.Closed);
    }

    [Theory]
    [InlineData(0.3, true)]
    [InlineData(3, true)]
    [InlineData(3.1, false)]
    [InlineData(54, false)]
    [InlineData(55, true)]
    [InlineData(65, true)]
    [InlineData(66, false)]
    public void BreakingOff_HintsAtTheBinding_OnlyWhenServersDo(double seconds, bool hint)
    {
        foreach (bool abort in new[] { false, true })
        {
            MachineRun run = MachineRun.In(SstpPhase.Connected);
            run.Now += TimeSpan.FromSeconds(seconds);
            run.Do(abort
                ? MachineRun.Received(ControlMessage.CallAbort(null))
                : new SstpEvent.ConnectionEnded(new Failure(Cause.ConnectionClosed, "FIN")));
            Cause otherwise = abort ? Cause.SstpAborted : Cause.ConnectionClosed;
            Failure failure = Assert.Single(run.Failures);
            Assert.Equal(hint ? Cause.SstpBinding : otherwise, failure.Cause);
            Assert.True(abort || !hint || failure.Detail.EndsWith(" after Call Connected: FIN", StringComparison.Ordinal), failure.Detail);
        }
    }

    [Fact]
    public void BreakingOff_BeforeCallConnected_IsNoHint()
    {
        MachineRun run = MachineRun.In(SstpPhase.AckReceived);
        run.Do(new SstpEvent.ConnectionEnded(new Failure(Cause.ConnectionClosed, "FIN")));
        Assert.Equal(Cause.ConnectionClosed, Assert.Single(run.Failures).Cause);
    }

    [Theory]
    [InlineData(Cause.ConnectionReset, Cause.SstpBinding)]
    [InlineData(Cause.ConnectionBroken, Cause.ConnectionBroken)]
    [InlineData(Cause.DeadPeer, Cause.DeadPeer)]
    [InlineData(Cause.InternalError, Cause.InternalError)]
    public void BreakingOff_IsAHint_OnlyWhenTheServerDidIt(Cause ended, Cause shown)
    {
        MachineRun run = MachineRun.In(SstpPhase.Connected);
        run.Do(new SstpEvent.ConnectionEnded(new Failure(ended, "test")));
        Assert.Equal(shown, Assert.Single(run.Failures).Cause);
    }

    [Fact]
    public void Abort_ThenAnswer_ThenClose()
    {
        MachineRun run = MachineRun.In(SstpPhase.AbortPending);
        run.Now += TimeSpan.FromSeconds(2);
        run.Do(MachineRun.Received(ControlMessage.CallAbort(null)));
        Assert.Equal(run.Now + TimeSpan.FromSeconds(1), run.Machine.NextDeadline);
        run.NextTick();
        Assert.True(run.Closed);
    }

    /// <summary>Whatever comes in whatever order: one failure at most, no deadline in the past, nothing after the end.</summary>
    [Fact]
    public void RandomEvents_KeepThePromises()
    {
        Random random = new(1);
        for (int round = 0; round < 3000; round++)
        {
            MachineRun run = new();
            for (int step = 0; step < 40; step++)
            {
                run.Now += TimeSpan.FromSeconds(random.NextDouble() * 5);
                bool over = run.Machine is { Failure: not null, State: SstpState.Disconnected };
                run.Clear();
                run.Do(Any(random));
                Assert.InRange(run.Failures.Count, 0, 1);
                Assert.True(!over || run.Sent.Length == 0);
                Assert.Equal(run.Machine.State is SstpState.Disconnected, run.Machine.NextDeadline is null);
            }
        }
    }

    private static SstpEvent Any(Random random) => random.Next(8) switch
    {
        0 => new SstpEvent.Opened(),
        1 => new SstpEvent.Authenticated(SstpVectors.Hlak),
        2 when random.Next(4) == 0 => new SstpEvent.Stop(new Failure(Cause.Cancelled)),
        3 when random.Next(8) == 0 => new SstpEvent.ConnectionEnded(new Failure(Cause.ConnectionClosed)),
        4 => new SstpEvent.Tick(random.Next(2) == 0),
        5 => MachineRun.Received(ControlMessage.CallConnectAck((SstpHashProtocols)random.Next(4), SstpVectors.CountingNonce)),
        _ => MachineRun.Received(new ControlMessage((SstpMessageType)random.Next(12), []) { Defect = (ControlDefect)random.Next(3) }),
    };

    private static List<int> Ticks(MachineRun run, TimeSpan start, Func<bool> until)
    {
        List<int> ticks = [];
        while (!until())
        {
            run.NextTick();
            ticks.Add((int)(run.Now - start).TotalSeconds);
        }
        return ticks;
    }
}
