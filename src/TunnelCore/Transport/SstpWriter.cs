using TunnelCore.Net;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Transport;

/// <summary>
/// The one place that writes to the connection: whole packets only, control messages before data. Queuing a control message never
/// blocks, so that timers and the downlink thread go on while the uplink waits for a server that does not read.
/// </summary>
internal sealed class SstpWriter(ITlsConnection connection, Action<Exception> broken) : IThreadPoolWorkItem
{
    private const int QueueSize = 4096;

    // Answers to a server that asks faster than it reads may be dropped; this much room is left for everything else.
    private const int EchoLimit = QueueSize / 2;

    private readonly Lock _queueLock = new();
    private readonly Lock _writeLock = new();
    private readonly byte[] _sending = new byte[QueueSize];
    private readonly byte[] _queue = new byte[QueueSize];
    private int _queued;
    private bool _scheduled;
    private volatile bool _closed;

    /// <summary>Queues a control message and sees to it that it leaves soon. Any thread. False: dropped, the queue is full.</summary>
    public bool Enqueue(ControlMessage message)
    {
        int length = message.Length;
        lock (_queueLock)
        {
            if (_queued + length > (message.Type == SstpMessageType.EchoResponse ? EchoLimit : QueueSize))
            {
                return false;
            }
            message.Write(_queue.AsSpan(_queued));
            _queued += length;
            if (_scheduled)
            {
                return true;
            }
            _scheduled = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>Sends the queued control messages, then <paramref name="packets"/>. Blocks until both are handed over.</summary>
    public void Write(ReadOnlySpan<byte> packets)
    {
        if (_closed)
        {
            return;
        }
        try
        {
            lock (_writeLock)
            {
                SendQueue();
                if (!packets.IsEmpty)
                {
                    connection.Write(packets);
                }
            }
            SendQueueIfNobodyWrites();
        }
        catch (Exception error)
        {
            OnBroken(error);
        }
    }

    /// <summary>From here on nothing is written.</summary>
    public void Close() => _closed = true;

    void IThreadPoolWorkItem.Execute()
    {
        lock (_queueLock)
        {
            _scheduled = false;
        }
        if (_closed)
        {
            return;
        }
        try
        {
            SendQueueIfNobodyWrites();
        }
        catch (Exception error)
        {
            OnBroken(error);
        }
    }

    /// <summary>
    /// Does not wait for a writer that is stuck: whoever gives the write lock back looks at the queue once more, so nothing stays.
    /// </summary>
    private void SendQueueIfNobodyWrites()
    {
        while (HasQueued() && _writeLock.TryEnter())
        {
            try
            {
                SendQueue();
            }
            finally
            {
                _writeLock.Exit();
            }
        }
    }

    private bool HasQueued()
    {
        lock (_queueLock)
        {
            return _queued > 0;
        }
    }

    private void SendQueue()
    {
        int length;
        lock (_queueLock)
        {
            length = _queued;
            _queue.AsSpan(0, length).CopyTo(_sending);
            _queued = 0;
        }
        if (length > 0)
        {
            connection.Write(_sending.AsSpan(0, length));
        }
    }

    private void OnBroken(Exception error)
    {
        if (!_closed)
        {
            _closed = true;
            broken(error);
        }
    }
}
