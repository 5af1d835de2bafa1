using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Pppd;

/// <summary>Cuts pppd's log into lines. A line that is too long is cut, one that holds the password is withheld.</summary>
internal sealed class PppdLineReader(FileDescriptor source, ReadOnlyMemory<byte> secret)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _count;

    /// <summary>No more will come.</summary>
    public bool Closed { get; private set; }

    /// <summary>Reads once and gives every complete line; to be called when the source is readable.</summary>
    public void Read(Action<string> line)
    {
        int count = Libc.Read(source, _buffer.AsSpan(_count));
        if (count <= 0)
        {
            Closed = count != -Errno.EINTR && count != -Errno.EAGAIN;
            return;
        }

        _count += count;
        int start = 0;
        int end;
        while ((end = _buffer.AsSpan(start, _count - start).IndexOf((byte)'\n')) >= 0)
        {
            Give(_buffer.AsSpan(start, end), line);
            start += end + 1;
        }

        if (start == 0 && _count == _buffer.Length)
        {
            Give(_buffer, line);
            start = _count;
        }

        _buffer.AsSpan(start, _count - start).CopyTo(_buffer);
        _count -= start;
    }

    private void Give(ReadOnlySpan<byte> bytes, Action<string> line)
    {
        bool hidden = !secret.IsEmpty && bytes.IndexOf(secret.Span) >= 0;
        string text = hidden ? "(a line with the password in it)" : Printable.From(bytes);
        if (text.Length > 0)
        {
            line(text);
        }
    }
}
