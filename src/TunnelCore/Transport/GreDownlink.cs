using System.Runtime.InteropServices;
using TunnelCore.Buffers;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Wire.Gre;

namespace TunnelCore.Transport;

/// <summary>The downlink thread: many packets per system call, put in order, acknowledged, handed on in place.</summary>
internal sealed class GreDownlink(
    GreSocket socket, GreWindow window, GreAcks acks, GreStatistics statistics, GreErrors errors, IFrameReceiver receiver, Action<Exception> broken)
    : IDisposable
{
    private const int BatchSize = 64;

    /// <summary>IP header with options, GRE header and a frame; anything longer was never negotiated.</summary>
    private const int SlotSize = 4160;

    /// <summary>After this many errors in a row the thread stops to be eager.</summary>
    private const int ManyErrors = 64;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly Bell _bell = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _stopping;

    /// <summary>Completes when the thread has ended.</summary>
    public Task Ended => _ended.Task;

    public void Start() => new Thread(Run) { IsBackground = true, Name = "pptp downlink" }.Start();

    /// <summary>Asks the thread to end.</summary>
    public void Stop()
    {
        _stopping = true;
        _bell.Ring();
    }

    public void Dispose() => _bell.Dispose();

    private void Run()
    {
        try
        {
            using DescriptorSet descriptors = new(socket.Handle, _bell);
            Pump(descriptors);
        }
        catch (Exception error)
        {
            // Only the receiver of the frames can have thrown: the tunnel has lost its other end.
            broken(error);
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Pump(DescriptorSet descriptors)
    {
        DatagramBatch batch = new(BatchSize, SlotSize);
        Span<byte> ack = stackalloc byte[GrePacket.AckSize];
        int failed = 0;
        while (!_stopping)
        {
            int count = batch.Receive(socket.Handle);
            failed = count < 0 && NoteError() ? failed + 1 : 0;
            TimeSpan now = BootClock.Now;
            for (int i = 0; i < count; i++)
            {
                Take(batch, i, now);
            }

            window.Tick(now, receiver);
            receiver.EndOfBatch();
            if (window.TryWriteDueAck(ack, now))
            {
                statistics.TxAcks++;
                // A lost acknowledgment is made good by the next one.
                int errno = socket.TrySend(ack);
                if (errno != 0)
                {
                    errors.Note(errno);
                }
            }

            if (failed >= ManyErrors)
            {
                descriptors.Wait(PollEvents.None, s_pause);
            }
            else if (count < BatchSize && failed == 0)
            {
                descriptors.Wait(PollEvents.In, TimeLeft());
            }
        }
    }

    private void Take(DatagramBatch batch, int index, TimeSpan now)
    {
        if (batch.IsTruncated(index))
        {
            statistics.RxTruncated++;
            return;
        }

        window.Receive(batch.Received(index), now, receiver);
    }

    /// <summary>False when the socket was merely empty.</summary>
    private bool NoteError()
    {
        int errno = Marshal.GetLastPInvokeError();
        if (errno is Errno.EAGAIN or Errno.EINTR)
        {
            return false;
        }

        statistics.RxOsErrors++;
        errors.Note(errno);
        return true;
    }

    private TimeSpan? TimeLeft()
    {
        TimeSpan? next = window.NextDeadline;
        if (acks.Deadline is { } ack && (next is not { } wait || ack < wait))
        {
            next = ack;
        }

        return next - BootClock.Now;
    }
}
