using TunnelCore.Buffers;

namespace TunnelCore.Tests.Transport;

/// <summary>Keeps frames and batch ends for the test to wait for.</summary>
internal sealed class FrameCollector : IFrameReceiver
{
    private readonly Lock _lock = new();
    private readonly List<byte[]> _frames = [];
    private readonly List<int> _batches = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Number of frames at each end of a batch.</summary>
    public IReadOnlyList<int> Batches
    {
        get
        {
            lock (_lock)
            {
                return [.. _batches];
            }
        }
    }

    public IReadOnlyList<byte[]> Frames
    {
        get
        {
            lock (_lock)
            {
                return [.. _frames];
            }
        }
    }

    public void Receive(ReadOnlySpan<byte> frame)
    {
        lock (_lock)
        {
            _frames.Add(frame.ToArray());
        }
    }

    public void EndOfBatch()
    {
        lock (_lock)
        {
            _batches.Add(_frames.Count);
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until <paramref name="count"/> frames have come and their batch has ended.</summary>
    public async Task<IReadOnlyList<byte[]>> WaitAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_batches.Count > 0 && _batches[^1] >= count)
                {
                    return [.. _frames];
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(FakeTlsConnection.Patience);
        }
    }
}
