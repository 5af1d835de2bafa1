using TunnelCore.Diagnostics;
using TunnelCore.Pptp;

namespace TunnelCore.Tests.Pptp;

public sealed class GreWatchTests
{
    private readonly GreWatch _watch = new(new PptpTimeouts());

    [Fact]
    public void G30_NothingComes_IsBlockedAfter10Seconds()
    {
        _watch.Started(At(0));
        Assert.Null(_watch.Check(new GreHealth(1, 0, 0, 0, ""), At(1)));
        Assert.Null(_watch.Check(new GreHealth(4, 0, 0, 0, ""), At(9.9)));
        Failure failure = Assert.IsType<Failure>(_watch.Check(new GreHealth(5, 0, 0, 0, ""), At(10)));
        Assert.Equal(Cause.GreBlocked, failure.Cause);
        Assert.Contains("5 packets sent, none received", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("conntrack helper", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void SilenceBeforeTheFirstSentPacket_DoesNotCount()
    {
        _watch.Started(At(0));
        Assert.Null(_watch.Check(default, At(60)));
        Assert.Null(_watch.Check(new GreHealth(1, 0, 0, 0, ""), At(69)));
        Assert.NotNull(_watch.Check(new GreHealth(2, 0, 0, 0, ""), At(70)));
    }

    [Fact]
    public void OnePacketFromTheServer_EndsTheWatch()
    {
        _watch.Started(At(0));
        Assert.Equal(At(1), _watch.NextDeadline);
        Assert.Null(_watch.Check(new GreHealth(9, 1, 3, 0, ""), At(30)));
        Assert.Null(_watch.NextDeadline);
    }

    [Fact]
    public void G27_OneProtocolUnreachable_IsNoReason()
    {
        _watch.Started(At(0));
        Assert.Null(_watch.Check(new GreHealth(1, 0, 1, 0, ""), At(1)));
        Assert.Null(_watch.Check(new GreHealth(2, 0, 1, 0, ""), At(8)));
        Assert.Null(_watch.Check(new GreHealth(3, 1, 1, 0, ""), At(9)));
    }

    [Fact]
    public void G28_ProtocolUnreachableAgainAndAgain_IsBlockedAfter5Seconds()
    {
        _watch.Started(At(0));
        Assert.Null(_watch.Check(new GreHealth(1, 0, 1, 0, ""), At(1)));
        Assert.Null(_watch.Check(new GreHealth(3, 0, 2, 0, ""), At(5)));
        Assert.Equal(Cause.GreBlocked, _watch.Check(new GreHealth(4, 0, 3, 0, ""), At(6))?.Cause);
    }

    [Fact]
    public void G31_EverySendFails_IsSaidAfter10Seconds()
    {
        _watch.Started(At(0));
        Assert.Null(_watch.Check(new GreHealth(100, 100, 0, 0, ""), At(1)));
        Assert.Null(_watch.Check(new GreHealth(100, 100, 0, 1, "Operation not permitted"), At(2)));
        Assert.NotNull(_watch.NextDeadline);
        Assert.Null(_watch.Check(new GreHealth(100, 100, 0, 9, "Operation not permitted"), At(11.9)));
        Failure failure = Assert.IsType<Failure>(_watch.Check(new GreHealth(100, 100, 0, 10, "Operation not permitted"), At(12)));
        Assert.Equal(new Failure(Cause.GreSendFailed, "Operation not permitted"), failure);
    }

    [Fact]
    public void G31_SendingWorksAgain_Forgives()
    {
        _watch.Started(At(0));
        Assert.Null(_watch.Check(new GreHealth(1, 1, 0, 5, "x"), At(2)));
        Assert.Null(_watch.Check(new GreHealth(1, 1, 0, 9, "x"), At(3)));
        Assert.Null(_watch.Check(new GreHealth(2, 1, 0, 9, "x"), At(11)));
        Assert.Null(_watch.Check(new GreHealth(2, 1, 0, 9, "x"), At(20)));
        Assert.Null(_watch.NextDeadline);
    }

    [Fact]
    public void G31_SuccessAndFailureBetweenTwoLooks_IsLookedAtAgain()
    {
        _watch.Started(At(0));
        Assert.Null(_watch.Check(new GreHealth(1, 1, 0, 0, "x"), At(1)));
        Assert.Null(_watch.Check(new GreHealth(2, 1, 0, 1, "x"), At(2)));
        Assert.Equal(At(3), _watch.NextDeadline);
        Assert.Null(_watch.Check(new GreHealth(2, 1, 0, 2, "x"), At(3)));
        Assert.NotNull(_watch.Check(new GreHealth(2, 1, 0, 3, "x"), At(13)));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(1000 + seconds);
}
