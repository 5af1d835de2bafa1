using TunnelCore.Buffers;

namespace TunnelCore.Tests.Pppd;

/// <summary>Blocks in its first Flush, as a transport does whose server does not read.</summary>
internal sealed class StuckSink : IFrameSink
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly TaskCompletionSource _stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Stuck => _stuck.Task;

    public Span<byte> Reserve(int maxLength) => _buffer.AsSpan(0, maxLength);

    public void Commit(int length)
    {
    }

    public void Flush()
    {
        _stuck.TrySetResult();
        _released.Task.Wait();
    }

    public void Release() => _released.TrySetResult();
}
