using System.Net;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Session;

/// <summary>A transport as the programs want it: counted, optionally written down, and with a step once the server is connected.</summary>
/// <param name="transport">The real one.</param>
/// <param name="traffic">Counters.</param>
/// <param name="trace">Writes frames down; null = nobody does.</param>
/// <param name="connected">With the address that is connected; it may throw <see cref="TunnelException"/>.</param>
internal sealed class ProgramTransport(ITransport transport, TunnelTraffic traffic, FrameTrace? trace, Action<IPAddress> connected) : ITransport
{
    private IFrameSink? _uplink;

    public IPAddress ServerAddress => transport.ServerAddress;

    public int? LargestPacket => transport.LargestPacket;

    public TimeSpan? RoundTrip => transport.RoundTrip;

    public Action? PathChanged
    {
        set => transport.PathChanged = value;
    }

    public IKernelLink? KernelLink => transport.KernelLink;

    public Task<Failure> Completion => transport.Completion;

    public IFrameSink Uplink => _uplink ??= trace is null
        ? new CountingSink(transport.Uplink, traffic)
        : new TracingSink(transport.Uplink, traffic, trace);

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        await transport.ConnectAsync(cancellation).ConfigureAwait(false);
        connected(transport.ServerAddress);
    }

    public void Start(IFrameReceiver downlink) => transport.Start(new Receiver(downlink, traffic, trace));

    public Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation) => transport.AuthenticatedAsync(keys, cancellation);

    public Task CloseAsync(TimeSpan budget, Failure? why = null) => transport.CloseAsync(budget, why);

    public ValueTask DisposeAsync() => transport.DisposeAsync();

    private sealed class CountingSink(IFrameSink sink, TunnelTraffic traffic) : IFrameSink
    {
        public Span<byte> Reserve(int maxLength) => sink.Reserve(maxLength);

        public void Commit(int length)
        {
            traffic.SentBytes += length;
            sink.Commit(length);
        }

        public void Flush() => sink.Flush();
    }

    /// <summary>Keeps a frame of its own to look at: nobody may look at one that is already in the transport's batch.</summary>
    private sealed class TracingSink(IFrameSink sink, TunnelTraffic traffic, FrameTrace trace) : IFrameSink
    {
        private readonly byte[] _frame = new byte[4096];

        public Span<byte> Reserve(int maxLength) => _frame.AsSpan(0, maxLength);

        public void Commit(int length)
        {
            if (length == 0)
            {
                return;
            }

            traffic.SentBytes += length;
            trace.Write(isSent: true, _frame.AsSpan(0, length));
            _frame.AsSpan(0, length).CopyTo(sink.Reserve(length));
            sink.Commit(length);
        }

        public void Flush() => sink.Flush();
    }

    private sealed class Receiver(IFrameReceiver receiver, TunnelTraffic traffic, FrameTrace? trace) : IFrameReceiver
    {
        public void Receive(ReadOnlySpan<byte> frame)
        {
            traffic.ReceivedBytes += frame.Length;
            trace?.Write(isSent: false, frame);
            receiver.Receive(frame);
        }

        public void EndOfBatch() => receiver.EndOfBatch();
    }
}
