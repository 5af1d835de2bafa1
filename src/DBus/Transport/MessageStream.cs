using System.Threading.Channels;

namespace Tmds.DBus.Protocol;

/// <summary>Messages over a byte stream: a growing receive buffer and a send queue whose order is the order on the wire.</summary>
internal sealed class MessageStream : IDisposable
{
    private const int InitialBuffer = 4096;

    private readonly Stream _stream;
    private readonly Channel<MessageBuffer> _sendQueue = Channel.CreateUnbounded<MessageBuffer>(
        new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });

    private byte[] _buffer = new byte[InitialBuffer];
    private int _start;
    private int _end;

    public MessageStream(Stream stream) => _stream = stream;

    /// <summary>Queues a message; false once the stream is closed.</summary>
    public bool TrySend(MessageBuffer message) => _sendQueue.Writer.TryWrite(message);

    /// <summary>Writes the queue until the stream is disposed or fails.</summary>
    public async Task RunSenderAsync()
    {
        await foreach (MessageBuffer message in _sendQueue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            await _stream.WriteAsync(message.Memory).ConfigureAwait(false);
        }
    }

    /// <summary>Bytes of the authentication dialogue.</summary>
    public ValueTask WriteRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        => _stream.WriteAsync(bytes, cancellationToken);

    /// <summary>One line of the authentication dialogue, without its CR LF.</summary>
    /// <exception cref="DBusReadException">The line is longer than 512 bytes or holds something else than ASCII.</exception>
    public async ValueTask<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        int checkedLength = 0;
        while (true)
        {
            int index = _buffer.AsSpan(_start + checkedLength, _end - _start - checkedLength).IndexOf("\r\n"u8);
            if (index >= 0)
            {
                int length = checkedLength + index;
                string line = System.Text.Encoding.ASCII.GetString(_buffer, _start, length);
                _start += length + 2;
                return line.All(static c => c is >= ' ' and < (char)127) ? line : throw new DBusReadException("The server's answer is not ASCII.");
            }

            int available = _end - _start;
            if (available >= ProtocolLimits.MaxSaslLine)
            {
                throw new DBusReadException("The server's answer is too long.");
            }

            checkedLength = Math.Max(0, available - 1);
            await FillAsync(available + 1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <exception cref="IOException">The other side closed the stream.</exception>
    /// <exception cref="DBusReadException">The message is malformed.</exception>
    public async ValueTask<Message> ReadMessageAsync()
    {
        await FillAsync(FixedHeader.Length, CancellationToken.None).ConfigureAwait(false);
        int length = FixedHeader.Parse(_buffer.AsSpan(_start, FixedHeader.Length)).TotalLength;
        await FillAsync(length, CancellationToken.None).ConfigureAwait(false);
        Span<byte> received = _buffer.AsSpan(_start, length);
        byte[] data = received.ToArray();
        // It may have brought secrets, and this buffer stays.
        received.Clear();
        _start += length;
        if (_start == _end && _buffer.Length > InitialBuffer)
        {
            _buffer = new byte[InitialBuffer];
            _start = _end = 0;
        }

        return Message.Parse(data);
    }

    public void Dispose()
    {
        _sendQueue.Writer.TryComplete();
        while (_sendQueue.Reader.TryRead(out _))
        {
        }

        _stream.Dispose();
    }

    /// <summary>Reads until <paramref name="length"/> bytes are there. Room is made for what has come, not for what was announced.</summary>
    private async ValueTask FillAsync(int length, CancellationToken cancellationToken)
    {
        while (_end - _start < length)
        {
            MakeRoom(length);
            int count = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                throw new IOException("Connection closed by peer.");
            }

            _end += count;
        }
    }

    private void MakeRoom(int length)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, (int)Math.Min(Math.Max(length, InitialBuffer), 2L * _buffer.Length));
        }
    }
}
