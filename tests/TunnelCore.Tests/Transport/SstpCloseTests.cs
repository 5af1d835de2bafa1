using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Transport;
using TunnelCore.Wire.Sstp;
using Microsoft.Extensions.Logging.Abstractions;
using static TunnelCore.Tests.Transport.SstpServerScript;

namespace TunnelCore.Tests.Transport;

/// <summary>CloseAsync, cancellation and Dispose in every state.</summary>
public sealed class SstpCloseTests
{
    private static readonly TimeSpan s_budget = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Close_SaysGoodbye_AndWaitsForTheAnswer(int phase)
    {
        await using SstpServerScript script = new();
        Task connecting = await Reach(script, phase);
        Task closing = script.Transport.CloseAsync(s_budget);
        await script.ExpectAsync("CallDisconnect 0");
        await script.ExpectCompletionAsync(Cause.Cancelled);
        Assert.False(script.Connection.Aborted);
        script.Connection.Push(ControlMessage.CallDisconnectAck.ToArray());
        await closing.WaitAsync(FakeTlsConnection.Patience);
        Assert.True(script.Connection is { Aborted: true, Disposed: true });
        Assert.Equal(TimeSpan.Zero, phase == 2 ? TimeSpan.Zero : script.Time.Now);
        if (phase == 0)
        {
            await script.ExpectFailureAsync(connecting, Cause.Cancelled);
        }
        Assert.Same(closing, script.Transport.CloseAsync(TimeSpan.Zero));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Close_KeepsItsBudget_WhenTheServerIsSilent(int phase)
    {
        await using SstpServerScript script = new();
        Task connecting = await Reach(script, phase);
        Task closing = script.Transport.CloseAsync(s_budget);
        await script.ExpectAsync("CallDisconnect 0");
        await script.Time.WaitForTimerAsync(s_budget);
        script.Time.Advance(s_budget - TimeSpan.FromMilliseconds(1));
        Assert.False(closing.IsCompleted || script.Connection.Aborted);
        script.Time.Advance(TimeSpan.FromMilliseconds(1));
        await closing.WaitAsync(FakeTlsConnection.Patience);
        Assert.True(script.Connection is { Aborted: true, Disposed: true });
        await script.ExpectCompletionAsync(Cause.Cancelled);
        await Record.ExceptionAsync(() => connecting);
    }

    [Fact]
    public async Task Close_DoesNotWaitForAStuckUplink()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Connection.SetServerReads(false);
        Task upload = Background.Run(() => script.Send(Ip));
        Task closing = script.Transport.CloseAsync(s_budget);
        await script.Time.AdvanceUntilAsync(closing, TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(4));
        await upload.WaitAsync(FakeTlsConnection.Patience);
        await script.ExpectCompletionAsync(Cause.Cancelled);
    }

    [Fact]
    public async Task Close_AfterAFailure_KeepsTheFirstReason_AndFinishesTheGoodbye()
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        script.Connection.Push(Ack);
        await script.ExpectAsync("CallAbort 5");
        await script.ExpectCompletionAsync(Cause.SstpProtocol);
        Task closing = script.Transport.CloseAsync(s_budget);
        script.Connection.Push(ControlMessage.CallAbort(null).ToArray());
        await script.Time.AdvanceUntilAsync(closing, TimeSpan.FromSeconds(0.25), TimeSpan.FromSeconds(4));
        await script.ExpectCompletionAsync(Cause.SstpProtocol);
        Assert.Equal(0, script.Connection.Untaken);
    }

    [Fact]
    public async Task Close_BeforeConnect_AndDuringTheDial()
    {
        SstpTransport never = Make(_ => throw new InvalidOperationException("not dialled"));
        await never.CloseAsync(s_budget);
        Assert.Equal(Cause.Cancelled, (await never.Completion).Cause);
        TunnelException late = await Assert.ThrowsAsync<TunnelException>(() => never.ConnectAsync(CancellationToken.None));
        Assert.Equal(Cause.Cancelled, late.Failure.Cause);
        await never.DisposeAsync();

        TaskCompletionSource dialling = new();
        SstpTransport dial = Make(async cancellation =>
        {
            dialling.SetResult();
            await Task.Delay(Timeout.Infinite, cancellation);
            throw new InvalidOperationException("not reached");
        });
        Task connecting = dial.ConnectAsync(CancellationToken.None);
        await dialling.Task;
        await dial.CloseAsync(s_budget).WaitAsync(FakeTlsConnection.Patience);
        TunnelException closed = await Assert.ThrowsAsync<TunnelException>(() => connecting.WaitAsync(FakeTlsConnection.Patience));
        Assert.Equal(Cause.Cancelled, closed.Failure.Cause);
        await dial.DisposeAsync();
    }

    [Fact]
    public async Task Close_DuringTheHttpExchange()
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        await script.Transport.CloseAsync(s_budget).WaitAsync(FakeTlsConnection.Patience);
        await script.ExpectFailureAsync(connecting, Cause.Cancelled);
        Assert.True(script.Connection.Disposed);
    }

    [Fact]
    public async Task Close_WhileAFrameWaitsForStart()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push([.. Ack, .. Data(Lcp)]);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        Task closing = script.Transport.CloseAsync(s_budget);
        await script.ExpectAsync("CallDisconnect 0");
        script.Connection.Push(ControlMessage.CallDisconnectAck.ToArray());
        await closing.WaitAsync(FakeTlsConnection.Patience);
    }

    [Fact]
    public async Task Cancel_DuringTheNegotiation_ThenCloseSaysGoodbye()
    {
        await using SstpServerScript script = new();
        using CancellationTokenSource cancellation = new();
        (Task connecting, _) = await script.DialAsync(cancellation.Token);
        script.Connection.Push(Text(OkReply));
        await script.ExpectAsync("CallConnectRequest");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(FakeTlsConnection.Patience));
        Task closing = script.Transport.CloseAsync(s_budget);
        await script.ExpectAsync("CallDisconnect 0");
        script.Connection.Push(ControlMessage.CallDisconnectAck.ToArray());
        await closing.WaitAsync(FakeTlsConnection.Patience);
    }

    [Fact]
    public async Task DialFailure_IsTheReason()
    {
        SstpTransport transport = Make(_ => throw new TunnelException(Cause.TcpRefused, "192.0.2.7:443"));
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(() => transport.ConnectAsync(CancellationToken.None));
        Assert.Equal(Cause.TcpRefused, error.Failure.Cause);
        Assert.Equal(error.Failure, await transport.Completion);
        Assert.Throws<InvalidOperationException>(() => transport.Uplink);
        await transport.DisposeAsync();
    }

    [Fact]
    public async Task AReceiverThatThrows_EndsTheCall()
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        script.Transport.Start(new BrokenReceiver());
        script.Connection.Push(Data(Lcp));
        Failure failure = await script.ExpectCompletionAsync(Cause.InternalError);
        Assert.Contains("pty is gone", failure.Sentence, StringComparison.Ordinal);
        await script.Connection.WaitForAbortAsync();
    }

    /// <summary>Random bytes instead of SSTP: the call ends with a cause of the table, the thread is joined.</summary>
    [Fact]
    public async Task HostileServers_EndTheCall_WithACause()
    {
        Random random = new(11);
        for (int round = 0; round < 150; round++)
        {
            await using SstpServerScript script = new();
            await script.ConnectAsync();
            byte[] bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            for (int i = 0; i + 4 < bytes.Length; i += random.Next(8, 40))
            {
                new SstpPacketHeader(random.Next(2) == 0, random.Next(4, 60)).Write(bytes.AsSpan(i));
            }
            script.Connection.Push(bytes);
            script.Connection.End((FakeEnd)random.Next(3));
            Failure failure = await script.Transport.Completion.WaitAsync(FakeTlsConnection.Patience);
            Assert.NotEqual(Cause.InternalError, failure.Cause);
        }
    }

    private static async Task<Task> Reach(SstpServerScript script, int phase)
    {
        switch (phase)
        {
            case 0:
                return await script.DialSstpAsync();
            case 1:
                await script.NegotiateAsync();
                return Task.CompletedTask;
            default:
                await script.ConnectAsync();
                return Task.CompletedTask;
        }
    }

    private static SstpTransport Make(Func<CancellationToken, Task<ITlsConnection>> connect) => new(
        new FakeConnector(connect),
        new ServerEndpoint("vpn.example.org", 443),
        new TlsOptions(),
        null,
        TunnelTimeouts.Default,
        TimeProvider.System,
        NullLogger.Instance);

    private sealed class BrokenReceiver : Buffers.IFrameReceiver
    {
        public void Receive(ReadOnlySpan<byte> frame) => throw new IOException("pty is gone");

        public void EndOfBatch()
        {
        }
    }
}
