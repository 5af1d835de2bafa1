using TunnelCore.Buffers;
using TunnelCore.Wire.Gre;

namespace TunnelCore.Pptp;

/// <summary>
/// Receives the server's packets and delivers their frames in order: (datagram, now) → frames, next deadline. No I/O, no
/// allocation after the first packet; one thread, the downlink.
/// </summary>
/// <remarks>
/// Sequence numbers are compared by their signed difference and by nothing else, so that their wrap is no event. What comes out of
/// order waits in a ring of bounded size until the missing one comes or the wait is over: PPP's compression and encryption accept
/// gaps, but nothing that is late. A packet far from the window is only a candidate: the window moves to it when others follow it
/// and the old range is silent, never for a single spoofed packet.
/// </remarks>
internal sealed partial class GreWindow
{
    private readonly ushort _callId;
    private readonly ushort _serverCallId;
    private readonly TimeSpan _maxHold;
    private readonly int _missingWindow;
    private readonly GreAcks _acks;
    private readonly GreRoundTrip _roundTrip;
    private readonly GreStatistics _statistics;

    private bool _started;
    private uint _expected;
    private uint _highest;
    private TimeSpan _lastInRange;

    public GreWindow(PptpOptions options, ushort callId, ushort serverCallId, GreAcks acks, GreRoundTrip roundTrip, GreStatistics statistics)
    {
        _callId = callId;
        _serverCallId = serverCallId;
        _maxHold = options.ReorderTimeout;
        _hold = _maxHold;
        _missingWindow = Math.Clamp(options.MissingWindow, 1, RingSize);
        _acks = acks;
        _roundTrip = roundTrip;
        _statistics = statistics;
        Array.Fill(_lengths, Empty);
    }

    /// <summary>When to call <see cref="Tick"/> at the latest, for frames that wait; see also <see cref="GreAcks.Deadline"/>.</summary>
    public TimeSpan? NextDeadline => _held > 0 ? _oldestHeld + _hold : null;

    /// <summary>One datagram as a raw socket delivers it, IP header included. Frames go to <paramref name="sink"/> at once.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, TimeSpan now, IFrameReceiver sink)
    {
        switch (GrePacket.Read(Ipv4Datagram.Payload(datagram), out GrePacket packet))
        {
            case GreFraming.Truncated:
                _statistics.RxTruncated++;
                break;
            case GreFraming.Invalid:
                _statistics.RxInvalid++;
                break;
            case GreFraming.Packet when packet.CallId == _callId:
                Accept(packet, now, sink);
                break;
        }
    }

    /// <summary>Delivers what has waited long enough for a packet that did not come.</summary>
    public void Tick(TimeSpan now, IFrameReceiver sink)
    {
        while (_held > 0 && now >= _oldestHeld + _hold)
        {
            GiveUp(now, sink);
        }
    }

    /// <summary>Writes an acknowledgment when one is due, <see cref="GrePacket.AckSize"/> bytes.</summary>
    public bool TryWriteDueAck(Span<byte> bytes, TimeSpan now)
    {
        if (_acks.Deadline is not { } deadline || now < deadline || !_acks.TryTake(out uint highest))
        {
            return false;
        }

        GrePacket.WriteAck(bytes, _serverCallId, highest);
        return true;
    }

    private void Accept(GrePacket packet, TimeSpan now, IFrameReceiver sink)
    {
        _statistics.RxPackets++;
        if (packet.Acknowledgment is { } acknowledged)
        {
            _statistics.RxAcks++;
            if (_roundTrip.Acknowledged(acknowledged, now) is { } sample)
            {
                long smoothed = _statistics.RoundTripTicks;
                Volatile.Write(ref _statistics.RoundTripTicks, smoothed == 0 ? sample.Ticks : smoothed + ((sample.Ticks - smoothed) / 8));
            }
        }

        if (packet.Sequence is { } sequence)
        {
            Place(sequence, packet.Payload, now, sink);
        }
    }

    private void Place(uint sequence, ReadOnlySpan<byte> frame, TimeSpan now, IFrameReceiver sink)
    {
        if (!_started)
        {
            _started = true;
            MoveTo(sequence);
        }

        int ahead = Difference(sequence, _expected);
        if (IsFar(sequence, ahead, frame))
        {
            Candidate(sequence, frame, now, sink);
            return;
        }

        _candidates = 0;
        _lastInRange = now;
        if (ahead < 0)
        {
            Late(sequence, now);
        }
        else if (ahead == 0)
        {
            AcceptInOrder(sequence, frame, now, sink);
        }
        else
        {
            AcceptAhead(sequence, frame, now, sink);
        }
    }

    /// <summary>The packet that was waited for, and those that only waited for it.</summary>
    private void AcceptInOrder(uint sequence, ReadOnlySpan<byte> frame, TimeSpan now, IFrameReceiver sink)
    {
        Count(sequence, now);
        if (_held > 0)
        {
            Filled(now);
        }

        Deliver(frame, sink);
        _expected = unchecked(sequence + 1);
        Drain(sink);
    }

    private void Count(uint sequence, TimeSpan now)
    {
        _statistics.RxAccepted++;
        if (Difference(sequence, _highest) > 0)
        {
            _highest = sequence;
        }

        _acks.Received(_highest, now);
    }

    private void MoveTo(uint sequence)
    {
        _expected = sequence;
        _highest = unchecked(sequence - 1);
        _gapFrom = _gapTo = sequence;
    }

    private static void Deliver(ReadOnlySpan<byte> frame, IFrameReceiver sink)
    {
        if (!frame.IsEmpty)
        {
            sink.Receive(frame);
        }
    }

    private static int Difference(uint a, uint b) => unchecked((int)(a - b));
}
