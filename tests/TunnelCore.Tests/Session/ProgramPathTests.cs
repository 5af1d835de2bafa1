using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Pppd;
using TunnelCore.Session;
using TunnelCore.Tests.Hdlc;
using TunnelCore.Wire.Hdlc;

namespace TunnelCore.Tests.Session;

/// <summary>The packets' way in the programs: a line with somebody else's pppd, counters, a transport.</summary>
public sealed class ProgramPathTests
{
    private const int Frames = 20_000;

    private static readonly byte[] s_frame = [0xFF, 3, 0, 0x21, .. Enumerable.Range(0, 1400).Select(i => (byte)(i * 7))];

    [Fact]
    public async Task BothDirections_AllocateNothingPerPacket_AndAreCounted()
    {
        using PtyPair pty = PtyPair.Open();
        StillTransport still = new();
        TunnelTraffic traffic = new();
        await using ProgramTransport transport = new(still, traffic, trace: null, _ => { });
        await using LineEngine engine = new(new LineSettings { Input = (int)pty.Slave.DangerousGetHandle() }, NullLogger.Instance);
        await engine.PrepareAsync(CancellationToken.None);
        transport.Start(engine.Start(transport.Uplink));

        using CancellationTokenSource ending = new();
        Thread pppd = new(() => Play(pty.Master, ending.Token));
        pppd.Start();
        IFrameReceiver downlink = still.Downlink!;
        long before = 0;
        for (int i = 0; i < Frames; i++)
        {
            before = i == 100 ? GC.GetAllocatedBytesForCurrentThread() : before;
            downlink.Receive(s_frame);
            if (i % 8 == 7)
            {
                downlink.EndOfBatch();
            }
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(SpinWait.SpinUntil(() => still.Sink.Frames >= Frames / 4, TimeSpan.FromSeconds(60)), $"{still.Sink.Frames} frames came up");
        await ending.CancelAsync();
        pppd.Join();
        Assert.Equal(0, allocated);
        Assert.Equal(0, still.Sink.Allocated);
        Assert.Equal((long)Frames * s_frame.Length, traffic.Received);
        Assert.True(traffic.Sent >= (long)Frames / 4 * s_frame.Length, $"{traffic.Sent} bytes counted");
    }

    /// <summary>pppd: reads what comes, and says the same frame as often as the line takes it.</summary>
    private static void Play(FileDescriptor line, CancellationToken ending)
    {
        byte[] said = new byte[HdlcEncoder.MaxEncodedLength(s_frame.Length)];
        ReadOnlySpan<byte> rest = [];
        int length = HdlcEncoder.Encode(s_frame, said, escapeControls: true);
        byte[] heard = new byte[65536];
        while (!ending.IsCancellationRequested)
        {
            bool idle = Libc.Read(line, heard) <= 0;
            rest = rest.IsEmpty ? said.AsSpan(0, length) : rest;
            int written = Libc.Write(line, rest);
            rest = rest[Math.Max(written, 0)..];
            if (idle && written <= 0)
            {
                Thread.Sleep(1);
            }
        }
    }

    /// <summary>A transport whose packets end in a sink, and come from the test.</summary>
    private sealed class StillTransport : ITransport
    {
        public NullSink Sink { get; } = new();

        public IFrameReceiver? Downlink { get; private set; }

        public IPAddress ServerAddress => IPAddress.Loopback;

        public int? LargestPacket => null;

        public Action? PathChanged
        {
            set { }
        }

        public Task<Failure> Completion { get; } = new TaskCompletionSource<Failure>().Task;

        public IFrameSink Uplink => Sink;

        public Task ConnectAsync(CancellationToken cancellation) => Task.CompletedTask;

        public void Start(IFrameReceiver downlink) => Downlink = downlink;

        public Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation) => Task.CompletedTask;

        public Task CloseAsync(TimeSpan budget, Failure? why = null) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
