using TunnelCore.Buffers;

namespace TunnelCore.Tests.Hdlc;

/// <summary>Collects frames, and checks the sink's rules while it does.</summary>
internal sealed class ListSink : IFrameSink
{
    private readonly byte[] _buffer = new byte[8192];
    private int _open = -1;

    public List<byte[]> Frames { get; } = [];

    public Span<byte> Reserve(int maxLength)
    {
        Assert.InRange(maxLength, 1, 4091);
        Assert.Equal(-1, _open);
        _open = maxLength;
        return _buffer.AsSpan(0, maxLength);
    }

    public void Commit(int length)
    {
        Assert.InRange(length, 0, _open);
        if (length > 0)
        {
            Frames.Add(_buffer[..length]);
        }

        _open = -1;
    }

    public void Flush()
    {
    }
}
