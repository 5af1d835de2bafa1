using System.Threading.Channels;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Tests.Session;

/// <summary>A PPP engine that says what the test says; records what the session asks of it.</summary>
internal sealed class FakeEngine(List<string> journal) : IPppEngine, IFrameReceiver
{
    private readonly Channel<PppEvent> _events = Channel.CreateUnbounded<PppEvent>();

    public Exception? PrepareError { get; init; }

    public ChannelReader<PppEvent> Events => _events.Reader;

    public Failure StopFailure { get; set; } = new(Cause.Cancelled);

    /// <summary>What has to happen until a stop is done; null = nothing.</summary>
    public Func<Task>? Stopping { get; set; }

    public TimeSpan? StopBudget { get; private set; }

    public Func<CancellationToken, Task>? Preparing { get; set; }

    public Task PrepareAsync(CancellationToken cancellation)
    {
        Note("engine prepared");
        if (Preparing is not null)
        {
            return Preparing(cancellation);
        }

        return PrepareError is null ? Task.CompletedTask : Task.FromException(PrepareError);
    }

    public PathTraits Path { get; private set; }

    public IFrameReceiver Start(IFrameSink uplink, PathTraits path = default)
    {
        Path = path;
        Note("engine started");
        return this;
    }

    public void Start(IKernelLink link, PathTraits path = default) => Note("engine started over the kernel");

    public void ConfirmAuthenticated() => Note("engine goes on");

    public async Task StopAsync(TimeSpan budget)
    {
        StopBudget = budget;
        if (Stopping is not null)
        {
            await Stopping();
        }

        Note("engine stopped");
        End(StopFailure);
    }

    public void Say(PppEvent e) => Assert.True(_events.Writer.TryWrite(e));

    public void End(Failure failure)
    {
        if (_events.Writer.TryWrite(new PppEvent.Ended(failure)))
        {
            _events.Writer.Complete();
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public void Receive(ReadOnlySpan<byte> frame)
    {
    }

    public void EndOfBatch()
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
