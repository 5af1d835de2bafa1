using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;
using TunnelCore.Tests.Session;
using TunnelCore.Transport;

namespace TunnelCore.Tests.Transport;

public sealed class SecondTryTests
{
    private readonly List<FakeTransport> _made = [];
    private readonly Queue<Failure?> _outcomes = new();

    private SecondTry Make(params Failure?[] outcomes)
    {
        Array.ForEach(outcomes, _outcomes.Enqueue);
        return new SecondTry(MakeOne, failure => failure.Cause == Cause.PptpProtocol ? TimeSpan.FromMilliseconds(1) : null, NullLogger.Instance);
    }

    private FakeTransport MakeOne()
    {
        FakeTransport transport = new([]);
        _made.Add(transport);
        if (_outcomes.Dequeue() is { } failure)
        {
            transport.Connected.SetException(new TunnelException(failure));
        }
        else
        {
            transport.Connected.SetResult();
        }

        return transport;
    }

    [Fact]
    public async Task Slip_IsTriedAgain_AndTheSecondOneIsUsed()
    {
        await using SecondTry transport = Make(new Failure(Cause.PptpProtocol), null);
        await transport.ConnectAsync(CancellationToken.None);
        Assert.Equal(2, _made.Count);
        Assert.Same(_made[1], transport.Uplink);
        _made[0].Die(new Failure(Cause.LinkGone));
        Assert.False(transport.Completion.IsCompleted);
    }

    [Theory]
    [InlineData(Cause.PptpProtocol, "it closed the connection before its reply", 0.3)]
    [InlineData(Cause.PptpProtocol, "it closed the connection in the middle of a message", null)]
    [InlineData(Cause.PptpRefused, "a control connection from here exists already, result 3", 1.0)]
    [InlineData(Cause.PptpRefused, "general error: no free session or resources, result 2, error 4", null)]
    [InlineData(Cause.PptpCallRefused, "busy, result 4", null)]
    public void WhatIsWorthASecondCall(Cause cause, string detail, double? seconds) =>
        Assert.Equal(seconds, PptpSlips.PauseAfter(new Failure(cause, detail))?.TotalSeconds);

    [Fact]
    public async Task SecondSlip_IsTheFailure()
    {
        await using SecondTry transport = Make(new Failure(Cause.PptpProtocol, "1"), new Failure(Cause.PptpProtocol, "2"));
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(() => transport.ConnectAsync(CancellationToken.None));
        Assert.Equal("2", error.Failure.Detail);
        Assert.Equal(2, _made.Count);
    }

    [Fact]
    public async Task AnythingElse_IsNotTriedAgain()
    {
        await using SecondTry transport = Make(new Failure(Cause.PptpRefused));
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(() => transport.ConnectAsync(CancellationToken.None));
        Assert.Equal(Cause.PptpRefused, error.Failure.Cause);
        Assert.Single(_made);
    }

    [Fact]
    public async Task Cancelled_InThePause()
    {
        _outcomes.Enqueue(new Failure(Cause.PptpProtocol));
        await using SecondTry transport = new(MakeOne, _ => TimeSpan.FromMinutes(1), NullLogger.Instance);
        using CancellationTokenSource cancellation = new();
        Task connecting = transport.ConnectAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        Assert.Single(_made);
    }
}
