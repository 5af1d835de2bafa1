using System.Net;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Tests.Session;

/// <summary>A transport that does what the test says; records what the session asks of it.</summary>
internal sealed class FakeTransport(List<string> journal) : ITransport, IFrameSink
{
    private readonly TaskCompletionSource<Failure> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Connected { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IPAddress ServerAddress { get; } = IPAddress.Parse("192.0.2.1");

    public int? LargestPacket { get; set; }

    public TimeSpan? RoundTrip { get; set; }

    public IKernelLink? KernelLink { get; set; }

    public Action? PathChanged { get; set; }

    public Task<Failure> Completion => _completion.Task;

    public IFrameSink Uplink => this;

    public byte[]? KeysSeen { get; private set; }

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        await Connected.Task.WaitAsync(cancellation);
        Note("transport connected");
    }

    public void Start(IFrameReceiver downlink) => Note("transport started");

    public Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation)
    {
        KeysSeen = keys.Send.ToArray();
        Note("call connected");
        return Task.CompletedTask;
    }

    public Failure? ClosedFor { get; private set; }

    public Task CloseAsync(TimeSpan budget, Failure? why = null)
    {
        ClosedFor ??= why;
        Note("transport closed");
        _completion.TrySetResult(new Failure(Cause.Cancelled));
        return Task.CompletedTask;
    }

    public void Die(Failure failure) => _completion.TrySetResult(failure);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Span<byte> Reserve(int maxLength) => new byte[maxLength];

    public void Commit(int length)
    {
    }

    public void Flush()
    {
    }

    private void Note(string what)
    {
        lock (journal)
        {
            journal.Add(what);
        }
    }
}
