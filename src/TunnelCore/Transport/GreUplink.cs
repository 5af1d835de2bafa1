using System.Runtime.InteropServices;
using TunnelCore.Buffers;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Wire.Gre;

namespace TunnelCore.Transport;

/// <summary>Wraps PPP frames into GRE packets, in place, and many of them into one system call. Belongs to one thread; owns its batch.</summary>
internal sealed class GreUplink(GreSocket socket, GreSender sender, GreStatistics statistics, GreErrors errors, Action sendFails) : IFrameSink
{
    /// <summary>The longest frame of the contract of <see cref="IFrameSink"/>.</summary>
    public const int MaxFrame = 4091;

    private const int BatchSize = 64;
    private const int SlotSize = 4112;

    private readonly DatagramBatch _batch = new(BatchSize, SlotSize);
    private int _committed;
    private int _reserved;
    private bool _failing;
    private volatile bool _closed;

    /// <summary>For tests of servers: damages the order of the packets. Null = none.</summary>
    public GreDisorder? Disorder { get; init; }

    /// <summary>From here on every call is a no-op. Any thread.</summary>
    public void Close() => _closed = true;

    public Span<byte> Reserve(int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLength, MaxFrame);
        if (_committed == BatchSize)
        {
            Flush();
        }

        _reserved = maxLength;
        return _batch.Slot(_committed).Slice(GrePacket.MaxHeader, maxLength);
    }

    public void Commit(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _reserved);
        _reserved = 0;
        if (length == 0 || _closed)
        {
            return;
        }

        int header = sender.WriteHeader(_batch.Slot(_committed)[..GrePacket.MaxHeader], length);
        if (Disorder is not null)
        {
            CommitDisordered(Disorder.Pass(_batch.Slot(_committed).Slice(GrePacket.MaxHeader - header, header + length)));
            return;
        }

        _batch.SetRange(_committed, GrePacket.MaxHeader - header, header + length);
        _committed++;
    }

    public void Flush()
    {
        try
        {
            SendCommitted();
        }
        catch (ObjectDisposedException)
        {
            // The transport was closed under us: what is left has no way to go.
            _committed = 0;
        }
    }

    private void CommitDisordered(IReadOnlyList<byte[]> packets)
    {
        if (_committed + packets.Count > BatchSize)
        {
            Flush();
        }

        foreach (byte[] packet in packets)
        {
            packet.CopyTo(_batch.Slot(_committed));
            _batch.SetRange(_committed, 0, packet.Length);
            _committed++;
        }
    }

    private void SendCommitted()
    {
        int next = 0;
        bool repeated = false;
        while (next < _committed && !_closed)
        {
            int sent = _batch.Send(socket.Handle, next, _committed - next);
            if (sent > 0)
            {
                statistics.TxSent += sent;
                next += sent;
                repeated = _failing = false;
                continue;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno == Errno.EINTR)
            {
                continue;
            }

            if (!repeated && GreErrors.IsIcmp(errno))
            {
                errors.Note(errno);
                repeated = true;
                continue;
            }

            Drop(errno);
            next++;
            repeated = false;
        }

        if (_committed > 0)
        {
            _committed = 0;
            sender.Sent(BootClock.Now);
        }
    }

    private void Drop(int errno)
    {
        statistics.TxFailed++;
        if (GreErrors.IsFullQueue(errno))
        {
            return;
        }

        errors.NoteSend(errno);
        if (!_failing)
        {
            _failing = true;
            sendFails();
        }
    }
}
