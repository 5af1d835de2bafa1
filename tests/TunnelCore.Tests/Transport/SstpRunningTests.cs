using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Wire.Sstp;
using static TunnelCore.Tests.Transport.SstpServerScript;

namespace TunnelCore.Tests.Transport;

/// <summary>Cases 62 to 71: how a call lives and ends.</summary>
public sealed class SstpRunningTests
{
    public static TheoryData<int, uint> StatusInEveryState()
    {
        TheoryData<int, uint> data = [];
        for (int phase = 0; phase < 3; phase++)
        {
            for (uint status = 1; status <= 0xB; status++)
            {
                data.Add(phase, status);
            }
        }
        return data;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S062_BareAbort_IsAnswered_AndClosedAfterASecond(int phase)
    {
        await using SstpServerScript script = new();
        Task connecting = await Reach(script, phase);
        script.Connection.Push(Hex("1001000800050000"));
        await script.ExpectAsync("CallAbort");
        Failure failure = await script.ExpectCompletionAsync(Cause.SstpAborted);
        Assert.Contains("no status given", failure.Sentence, StringComparison.Ordinal);
        Assert.False(script.Connection.Aborted);
        script.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(script.Connection.Aborted);
        await script.Time.AdvanceUntilAsync(script.Connection.WaitForAbortAsync(), TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1));
        await Record.ExceptionAsync(() => connecting);
    }

    [Theory]
    [MemberData(nameof(StatusInEveryState))]
    public async Task S063_AbortWithStatus_IsNamed(int phase, uint status)
    {
        await using SstpServerScript script = new();
        Task connecting = await Reach(script, phase);
        script.Connection.Push(ControlMessage.CallAbort(new(SstpAttributeId.CryptoBinding, (SstpStatus)status)).ToArray());
        await script.ExpectAsync("CallAbort");
        Failure failure = await script.ExpectCompletionAsync(Cause.SstpAborted);
        Assert.Contains(SstpNames.Of((SstpStatus)status), failure.Sentence, StringComparison.Ordinal);
        Assert.Contains($"status {status:X}", failure.Sentence, StringComparison.Ordinal);
        await Record.ExceptionAsync(() => connecting);
    }

    [Fact]
    public async Task S064_AbortRightAfterCallConnected_HintsAtTheBinding()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Time.Advance(TimeSpan.FromSeconds(0.3));
        script.Connection.Push(Hex("10010014 0005 0001 0002000c 00000003 00000004"));
        Failure failure = await script.ExpectCompletionAsync(Cause.SstpBinding);
        Assert.Contains("refuses the crypto binding", failure.Sentence, StringComparison.Ordinal);
        Assert.Contains("value not supported, about Crypto Binding", failure.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(60)]
    public async Task S065_CloseAfterCallConnected_HintsAtTheBinding(double seconds)
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Time.Advance(TimeSpan.FromSeconds(seconds));
        script.Connection.End(FakeEnd.Fin);
        Failure failure = await script.ExpectCompletionAsync(Cause.SstpBinding);
        Assert.Contains("FIN", failure.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "1001000800060000")]
    [InlineData(1, "1001000800060000")]
    [InlineData(2, "1001000800060000")]
    [InlineData(0, "10010014 0006 0001 0002000c 00000000 00000000")]
    [InlineData(1, "10010014 0006 0001 0002000c 00000000 00000000")]
    [InlineData(2, "10010014 0006 0001 0002000c 00000000 00000000")]
    [InlineData(2, "10010010 0006 0001 00000008 00000000")]
    [InlineData(2, "100100080006ffff")]
    public async Task S066_Disconnect_IsAcknowledged_AndClosedAfterASecond(int phase, string disconnect)
    {
        await using SstpServerScript script = new();
        Task connecting = await Reach(script, phase);
        script.Connection.Push(Hex(disconnect));
        await script.ExpectAsync("CallDisconnectAck");
        Failure failure = await script.ExpectCompletionAsync(phase == 2 ? Cause.PeerEnded : Cause.SstpDisconnected);
        Assert.Equal(phase == 2 ? 0 : 255, failure.Info.ExitStatus);
        Assert.False(script.Connection.Aborted);
        await script.Time.AdvanceUntilAsync(script.Connection.WaitForAbortAsync(), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(3));
        await Record.ExceptionAsync(() => connecting);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S067_UnsolicitedDisconnectAck(int phase)
    {
        await using SstpServerScript script = new();
        Task connecting = await Reach(script, phase);
        script.Connection.Push(Hex("1001000800070000"));
        await script.ExpectAsync("CallAbort 5");
        await script.ExpectCompletionAsync(Cause.SstpProtocol);
        await Record.ExceptionAsync(() => connecting);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task S068_EchoRequest_IsAnswered(int phase)
    {
        await using SstpServerScript script = new();
        await Reach(script, phase);
        script.Connection.Push(ControlMessage.EchoRequest.ToArray());
        await script.ExpectAsync("EchoResponse");
    }

    [Fact]
    public async Task S068_EchoRequest_IsAnsweredBeforeOneMegabyteOfData()
    {
        const int FrameLength = 1400;
        const int Count = 1024 * 1024 / FrameLength;
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Connection.SetServerReads(false);
        Task upload = Background.Run(() =>
        {
            byte[] frame = [.. Ip, .. new byte[FrameLength - Ip.Length]];
            for (int i = 0; i < Count; i++)
            {
                script.Send(frame, flush: false);
            }
            script.Uplink.Flush();
        });
        // The frame behind the Echo Request tells that the request has been dealt with, although the uplink is stuck.
        script.Connection.Push([.. ControlMessage.EchoRequest.ToArray(), .. Data(Ip)]);
        await script.Frames.WaitAsync(1);
        script.Connection.SetServerReads(true);
        int data = 0;
        while (((await script.TakePacketAsync())[1] & 1) == 0)
        {
            data++;
        }
        Assert.InRange(data, 0, 2 * (16 * 1024 / FrameLength));
        await upload.WaitAsync(FakeTlsConnection.Patience);
    }

    [Fact]
    public async Task S069_ServerNeverAnswersEcho_ButSendsData_StaysUp()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        for (int i = 1; i <= 10; i++)
        {
            script.Time.Advance(TimeSpan.FromSeconds(100));
            script.Connection.Push(Data(Ip));
            await script.Frames.WaitAsync(i);
        }
        Assert.False(script.Transport.Completion.IsCompleted);
        await script.ExpectAsync("EchoRequest");
    }

    [Fact]
    public async Task S070_DeadServer_IsDetectedAfterTwoIntervals_WithoutAbort()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        TimeSpan connected = script.Time.Now;
        script.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, script.Connection.Untaken);
        script.Time.Advance(TimeSpan.FromSeconds(2));
        await script.ExpectAsync("EchoRequest");
        await script.Time.AdvanceUntilAsync(script.Transport.Completion, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(70));
        Failure failure = await script.ExpectCompletionAsync(Cause.DeadPeer);
        Assert.Contains("120 s", failure.Sentence, StringComparison.Ordinal);
        Assert.InRange((script.Time.Now - connected).TotalSeconds, 120, 124);
        await script.Connection.WaitForAbortAsync();
        Assert.Equal(0, script.Connection.Untaken);
    }

    [Fact]
    public async Task S070_DeadServer_WhileTheUplinkIsStuck()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Connection.SetServerReads(false);
        Task upload = Background.Run(() => script.Send(Ip));
        await script.Time.AdvanceUntilAsync(script.Transport.Completion, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(200));
        await script.ExpectCompletionAsync(Cause.DeadPeer);
        await upload.WaitAsync(FakeTlsConnection.Patience);
    }

    [Theory]
    [InlineData(FakeEnd.CloseNotify, Cause.ConnectionClosed, "close_notify")]
    [InlineData(FakeEnd.Fin, Cause.ConnectionClosed, "FIN")]
    [InlineData(FakeEnd.Reset, Cause.ConnectionReset, "RST")]
    internal async Task S071_Ends_HaveTheirOwnWords(FakeEnd end, Cause cause, string words)
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Time.Advance(TimeSpan.FromSeconds(10));
        script.Connection.End(end);
        Failure failure = await script.ExpectCompletionAsync(cause);
        Assert.Contains(words, failure.Sentence, StringComparison.Ordinal);
        await script.Connection.WaitForAbortAsync();
        script.Send(Ip);
        script.Uplink.Flush();
    }

    [Fact]
    public async Task S071_ResetWhileSending()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Time.Advance(TimeSpan.FromSeconds(10));
        script.Connection.SetServerReads(false);
        Task upload = Background.Run(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                script.Send(Ip);
            }
        });
        script.Connection.End(FakeEnd.Reset);
        script.Connection.SetServerReads(true);
        await upload.WaitAsync(FakeTlsConnection.Patience);
        await script.ExpectCompletionAsync(Cause.ConnectionReset);
    }

    [Fact]
    public async Task S066_DisconnectThenReset_TheGoodbyeCounts_ThoughAWriterNoticesTheResetFirst()
    {
        using ManualResetEventSlim release = new();
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        SlowReceiver receiver = new(release);
        script.Transport.Start(receiver);
        using PppKeys keys = new([], []);
        await script.Transport.AuthenticatedAsync(keys, CancellationToken.None).WaitAsync(FakeTlsConnection.Patience);
        script.Connection.Push(Data(Ip));
        await receiver.Busy.WaitAsync(FakeTlsConnection.Patience);
        script.Connection.Push(ControlMessage.CallDisconnect(null).ToArray());
        script.Connection.End(FakeEnd.Reset);
        script.Send(Ip);
        script.Send(Ip);
        release.Set();
        await script.ExpectCompletionAsync(Cause.PeerEnded);
    }

    [Fact]
    public async Task S071_ResetWhileTheDownlinkIsBusy_EndsWithoutIt()
    {
        using ManualResetEventSlim release = new();
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync();
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        SlowReceiver receiver = new(release);
        script.Transport.Start(receiver);
        using PppKeys keys = new([], []);
        await script.Transport.AuthenticatedAsync(keys, CancellationToken.None).WaitAsync(FakeTlsConnection.Patience);
        script.Connection.Push(Data(Ip));
        await receiver.Busy.WaitAsync(FakeTlsConnection.Patience);
        script.Time.Advance(TimeSpan.FromSeconds(10));
        script.Connection.End(FakeEnd.Reset);
        script.Send(Ip);
        Assert.False(script.Transport.Completion.IsCompleted);
        script.Time.Advance(TimeSpan.FromSeconds(1));
        await script.ExpectCompletionAsync(Cause.ConnectionReset);
        release.Set();
    }

    [Fact]
    public async Task S087_EchoRequestsOfAServerThatDoesNotRead_FillNoLog()
    {
        RecordingLogger log = new();
        await using SstpServerScript script = new(logger: log);
        await script.ConnectAsync();
        script.Connection.SetServerReads(false);
        for (int i = 0; i < 2000; i++)
        {
            script.Connection.Push(ControlMessage.EchoRequest.ToArray());
        }
        script.Connection.Push(Data(Ip));
        await script.Frames.WaitAsync(1);
        Assert.Single(log.Lines, line => line.StartsWith("Warning 1107", StringComparison.Ordinal));
        script.Connection.SetServerReads(true);
    }

    private sealed class SlowReceiver(ManualResetEventSlim release) : Buffers.IFrameReceiver
    {
        private readonly TaskCompletionSource _busy = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Busy => _busy.Task;

        public void Receive(ReadOnlySpan<byte> frame)
        {
            _busy.TrySetResult();
            release.Wait(FakeTlsConnection.Patience);
        }

        public void EndOfBatch()
        {
        }
    }

    /// <summary>0 = RequestSent, 1 = AckReceived, 2 = Connected for ten seconds, so that nothing hints at the binding.</summary>
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
                script.Time.Advance(TimeSpan.FromSeconds(10));
                return Task.CompletedTask;
        }
    }
}
