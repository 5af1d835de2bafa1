using TunnelCore.Buffers;

namespace TunnelCore.Tests.Hdlc;

/// <summary>Counts and forgets; notes what its thread has allocated between the first and the last frame.</summary>
internal sealed class NullSink : IFrameSink
{
    private readonly byte[] _buffer = new byte[4096];
    private long _first = -1;
    private long _frames;

    public long Frames => Volatile.Read(ref _frames);

    public long Allocated { get; private set; }

    public long Flushes { get; private set; }

    public Span<byte> Reserve(int maxLength) => _buffer.AsSpan(0, maxLength);

    public void Commit(int length)
    {
        if (length > 0)
        {
            long now = GC.GetAllocatedBytesForCurrentThread();
            _first = _first < 0 ? now : _first;
            Allocated = now - _first;
            Volatile.Write(ref _frames, _frames + 1);
        }
    }

    public void Flush() => Flushes++;
}
