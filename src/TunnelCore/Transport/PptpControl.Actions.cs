using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Pptp;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Transport;

internal sealed partial class PptpControl
{
    /// <summary>What waits for a server that does not read: more than any orderly exchange needs.</summary>
    private const int MaxUnsent = 16 * 1024;

    private static readonly TimeSpan s_invalidApart = TimeSpan.FromMinutes(1);

    private readonly byte[] _pending = new byte[MaxUnsent];
    private int _unsent;
    private bool _dropNoted;
    private long _invalidNoted;
    private TimeSpan? _invalidNotedAt;

    private void Perform(IReadOnlyList<PptpAction> actions)
    {
        foreach (PptpAction action in actions)
        {
            switch (action)
            {
                case PptpAction.Send(var message):
                    Queue(message);
                    break;
                case PptpAction.CallUp(var serverCallId):
                    _callUp.TrySetResult(serverCallId);
                    break;
                case PptpAction.Fail(var failure):
                    _logger.PptpEnding(failure.ToString());
                    Fail(failure);
                    break;
                case PptpAction.Heard(var type):
                    _logger.PptpReceived(type.ToString());
                    break;
                case PptpAction.Note(true, var text):
                    _logger.PptpWarning(text);
                    break;
                case PptpAction.Note(_, var text):
                    _logger.PptpNote(text);
                    break;
                case PptpAction.Disconnect:
                    _disconnecting = true;
                    break;
            }
        }

        SendPending();
    }

    private void Fail(Failure failure)
    {
        _completion.TrySetResult(failure);
        if (_callUp.TrySetException(new TunnelException(failure)))
        {
            // Nobody may be waiting for it any more.
            _ = _callUp.Task.Exception;
        }
    }

    private void Queue(PptpMessage message)
    {
        if (_unsent + message.Size > MaxUnsent)
        {
            if (!_dropNoted)
            {
                _dropNoted = true;
                _logger.PptpControlDropped(message.Type.ToString());
            }

            return;
        }

        if (message is not EchoReply)
        {
            _logger.PptpSending(message.Type.ToString());
        }

        message.Write(_pending.AsSpan(_unsent));
        _unsent += message.Size;
    }

    /// <summary>Sends as much as the connection takes; what is wrong with it, the next receive tells.</summary>
    private void SendPending()
    {
        if (_unsent == 0)
        {
            return;
        }

        nint sent = Libc.Send(_stream.Handle, _pending.AsSpan(0, _unsent), (nuint)_unsent, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
        if (sent > 0)
        {
            _pending.AsSpan((int)sent, _unsent - (int)sent).CopyTo(_pending);
            _unsent -= (int)sent;
        }
        else if (Marshal.GetLastPInvokeError() is not (Errno.EAGAIN or Errno.EINTR))
        {
            _unsent = 0;
        }
    }

    /// <summary>Reads what has come meanwhile, so that closing is no reset that takes our last message with it.</summary>
    private void SayLastWords()
    {
        SendPending();
        for (int read = 0; read < MaxUnreadAtEnd;)
        {
            nint count = Libc.Recv(_stream.Handle, _received, ReceiveSize, Libc.MSG_DONTWAIT);
            if (count <= 0)
            {
                return;
            }

            read += (int)count;
        }
    }

    private void WatchPackets()
    {
        TimeSpan now = BootClock.Now;
        long received = Volatile.Read(ref _statistics.RxPackets);
        _machine.PacketsReceived = received;
        GreHealth health = new(
            Volatile.Read(ref _statistics.TxSent), received, _errors.ProtocolUnreachable, Volatile.Read(ref _statistics.TxFailed), _errors.LastSendError);
        if (_watch.Check(health, now) is { } failure)
        {
            Perform(_machine.Abandon(failure, now));
        }

        long invalid = Volatile.Read(ref _statistics.RxInvalid) + Volatile.Read(ref _statistics.RxTruncated);
        if (invalid > _invalidNoted && !(now - _invalidNotedAt < s_invalidApart))
        {
            (_invalidNoted, _invalidNotedAt) = (invalid, now);
            _logger.GreInvalidPackets(_statistics.RxInvalid, _statistics.RxTruncated);
        }
    }
}
