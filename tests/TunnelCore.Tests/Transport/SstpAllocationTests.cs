using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Transport;
using static TunnelCore.Tests.Transport.SstpServerScript;

namespace TunnelCore.Tests.Transport;

/// <summary>The data path allocates nothing per packet, in both directions.</summary>
public sealed class SstpAllocationTests
{
    private const int WarmUp = 2_000;
    private const int Frames = 20_000;

    [Fact]
    public async Task Uplink_AndDownlink_AllocateNothing()
    {
        using EndlessConnection connection = new();
        await using SstpTransport transport = new(
            new FakeConnector(connection),
            new ServerEndpoint("vpn.example.org", 443),
            new TlsOptions(),
            null,
            TunnelTimeouts.Default,
            TimeProvider.System,
            NullLogger.Instance);
        await transport.ConnectAsync(CancellationToken.None);
        await transport.AuthenticatedAsync(PppKeys.None, CancellationToken.None);

        CountingReceiver receiver = new();
        transport.Start(receiver);
        long downlink = await receiver.Allocated.WaitAsync(FakeTlsConnection.Patience);
        Assert.Equal(0, downlink);

        TaskCompletionSource<long> uplink = new();
        Thread thread = new(() => uplink.SetResult(Upload(transport.Uplink)));
        thread.Start();
        Assert.Equal(0, await uplink.Task.WaitAsync(FakeTlsConnection.Patience));
        Assert.False(transport.Completion.IsCompleted);
    }

    private static long Upload(IFrameSink uplink)
    {
        long before = 0;
        for (int i = 0; i < WarmUp + Frames; i++)
        {
            if (i == WarmUp)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            Ip.CopyTo(uplink.Reserve(1400));
            uplink.Commit(1400);
            if (i % 7 == 0)
            {
                uplink.Flush();
            }
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class CountingReceiver : IFrameReceiver
    {
        private readonly TaskCompletionSource<long> _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _frames;
        private long _before;

        public Task<long> Allocated => _allocated.Task;

        public void Receive(ReadOnlySpan<byte> frame)
        {
            _frames++;
            if (_frames == WarmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_frames == WarmUp + Frames)
            {
                _allocated.SetResult(GC.GetAllocatedBytesForCurrentThread() - _before);
            }
        }

        public void EndOfBatch()
        {
        }
    }

    /// <summary>After the Ack an endless stream of data packets, cut at places that wander through the packets.</summary>
    private sealed class EndlessConnection : ITlsConnection
    {
        private readonly byte[] _stream = [.. Enumerable.Repeat(Data([.. Ip, .. new byte[1300]]), 20).SelectMany(packet => packet)];
        private readonly Queue<byte[]> _opening = new([Text(OkReply), Ack]);
        private readonly ManualResetEventSlim _aborted = new();
        private int _position;
        private int _reads;

        public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Loopback, 443);

        public ReadOnlyMemory<byte> ServerCertificate => "example certificate DER"u8.ToArray();

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation) => ValueTask.FromResult(Read(buffer.Span));

        public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation) => ValueTask.CompletedTask;

        public int Read(Span<byte> buffer)
        {
            if (_opening.TryDequeue(out byte[]? opening))
            {
                opening.CopyTo(buffer);
                return opening.Length;
            }
            if (++_reads > 100_000)
            {
                _aborted.Wait();
                return 0;
            }
            int length = Math.Min(Math.Min(buffer.Length, 5_003), _stream.Length - _position);
            _stream.AsSpan(_position, length).CopyTo(buffer);
            _position = (_position + length) % _stream.Length;
            return length;
        }

        public void Write(ReadOnlySpan<byte> buffer)
        {
        }

        public Failure DescribeEnd(Exception? error) => new(Cause.ConnectionClosed);

        public void Abort() => _aborted.Set();

        public void Dispose() => _aborted.Set();
    }
}
