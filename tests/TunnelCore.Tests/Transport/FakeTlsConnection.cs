using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCore.Tests.Transport;

/// <summary>
/// A TLS connection in memory. The test decides where records begin and end, how the connection ends and whether the server reads.
/// </summary>
internal sealed class FakeTlsConnection : ITlsConnection
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly object _lock = new();
    private readonly Queue<byte[]> _records = new();
    private readonly List<byte> _written = [];
    private readonly SemaphoreSlim _something = new(0);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FakeEnd? _end;
    private bool _serverReads = true;
    private bool _blockedWrite;
    private int _taken;

    public IPEndPoint RemoteEndPoint { get; } = new(IPAddress.Parse("192.0.2.7"), 443);

    public ReadOnlyMemory<byte> ServerCertificate { get; init; } = "example certificate DER"u8.ToArray();

    public bool Aborted { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>Length of every write, in order.</summary>
    public List<int> Writes { get; } = [];

    /// <summary>Every argument becomes what one read returns (or less, when the buffer is smaller).</summary>
    public void Push(params ReadOnlySpan<byte[]> records)
    {
        lock (_lock)
        {
            foreach (byte[] record in records)
            {
                _records.Enqueue(record);
            }
            Monitor.PulseAll(_lock);
        }
        _something.Release();
    }

    /// <summary>The server's end, after all records.</summary>
    public void End(FakeEnd end)
    {
        lock (_lock)
        {
            _end = end;
            Monitor.PulseAll(_lock);
        }
        _something.Release();
    }

    /// <summary>From false on, writes block as they do when the server does not read.</summary>
    public void SetServerReads(bool reads)
    {
        lock (_lock)
        {
            _serverReads = reads;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Bytes that the client wrote and nobody has taken yet, at least <paramref name="count"/>.</summary>
    public async Task<byte[]> TakeAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_written.Count - _taken >= count)
                {
                    byte[] bytes = [.. _written.Skip(_taken).Take(count)];
                    _taken += count;
                    return bytes;
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(Patience);
        }
    }

    /// <summary>How many bytes the client wrote that nobody has taken.</summary>
    public int Untaken
    {
        get
        {
            lock (_lock)
            {
                return _written.Count - _taken;
            }
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (true)
        {
            lock (_lock)
            {
                if (_records.Count > 0 || _end is not null || Aborted)
                {
                    return Take(buffer.Span);
                }
            }
            await _something.WaitAsync(cancellation);
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public int Read(Span<byte> buffer)
    {
        lock (_lock)
        {
            while (_records.Count == 0 && _end is null && !Aborted)
            {
                Monitor.Wait(_lock);
            }
            return Take(buffer);
        }
    }

    public void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_lock)
        {
            while (!_serverReads && !Aborted)
            {
                _blockedWrite = true;
                Changed();
                Monitor.Wait(_lock);
            }
            _blockedWrite = false;
            if (Aborted || _end == FakeEnd.Reset)
            {
                throw new IOException(Aborted ? "cut" : "reset");
            }
            Writes.Add(buffer.Length);
            _written.AddRange(buffer);
            Changed();
        }
    }

    public Failure DescribeEnd(Exception? error) => (error, _end) switch
    {
        (null, FakeEnd.CloseNotify) => new Failure(Cause.ConnectionClosed, "TLS close_notify"),
        (_, FakeEnd.Fin) => new Failure(Cause.ConnectionClosed, "TCP FIN without close_notify"),
        (_, FakeEnd.Reset) => new Failure(Cause.ConnectionReset, "TCP RST"),
        _ => new Failure(Cause.ConnectionClosed, error?.Message ?? "no error"),
    };

    public void Abort()
    {
        lock (_lock)
        {
            Aborted = true;
            Monitor.PulseAll(_lock);
            Changed();
        }
        _something.Release();
    }

    public void Dispose() => Disposed = true;

    /// <summary>Completes when the client has cut the connection.</summary>
    public Task WaitForAbortAsync() => WaitAsync(() => Aborted);

    /// <summary>Completes when a write waits for the server.</summary>
    public Task WaitForBlockedWriteAsync() => WaitAsync(() => _blockedWrite);

    private async Task WaitAsync(Func<bool> condition)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (condition())
                {
                    return;
                }
                changed = _changed.Task;
            }
            await changed.WaitAsync(Patience);
        }
    }

    private int Take(Span<byte> buffer)
    {
        if (Aborted)
        {
            throw new IOException("cut");
        }
        if (_records.TryPeek(out byte[]? record))
        {
            int length = Math.Min(record.Length, buffer.Length);
            record.AsSpan(0, length).CopyTo(buffer);
            _records.Dequeue();
            if (length < record.Length)
            {
                byte[][] rest = [record[length..], .. _records];
                _records.Clear();
                Array.ForEach(rest, _records.Enqueue);
            }
            return length;
        }
        return _end == FakeEnd.CloseNotify ? 0 : throw new IOException(_end.ToString());
    }

    private void Changed()
    {
        TaskCompletionSource changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.TrySetResult();
    }
}
