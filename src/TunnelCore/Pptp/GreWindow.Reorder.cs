using TunnelCore.Buffers;

namespace TunnelCore.Pptp;

internal sealed partial class GreWindow
{
    /// <summary>Packets that can wait, a power of two.</summary>
    private const int RingSize = 256;

    /// <summary>Longest frame that can wait; a longer one is delivered with everything before it given up.</summary>
    private const int SlotSize = 2048;

    private const int Empty = -1;

    private static readonly TimeSpan s_minHold = TimeSpan.FromMilliseconds(10);

    private readonly int[] _lengths = new int[RingSize];
    private readonly TimeSpan[] _arrivals = new TimeSpan[RingSize];
    private byte[] _frames = [];
    private int _held;
    private TimeSpan _oldestHeld;

    /// <summary>
    /// How long to wait for a missing packet: twice what the last ones needed, halved whenever one did not come at all, but not below
    /// <see cref="_spread"/>.
    /// </summary>
    private TimeSpan _hold;

    /// <summary>
    /// Twice the longest time by which packets have lately come out of order. Losses make it fade slowly: a wait that is too short
    /// throws away all that one early packet has overtaken.
    /// </summary>
    private TimeSpan _spread;

    /// <summary>The latest range of packets that was given up, and since when they were missing.</summary>
    private uint _gapFrom;
    private uint _gapTo;
    private TimeSpan _gapSince;

    private void AcceptAhead(uint sequence, ReadOnlySpan<byte> frame, TimeSpan now, IFrameReceiver sink)
    {
        if (IsHeld(sequence))
        {
            _statistics.RxUnderWindow++;
            return;
        }

        Count(sequence, now);
        if (_maxHold <= TimeSpan.Zero || frame.Length > SlotSize)
        {
            SkipTo(sequence, sink);
        }
        else if (Difference(sequence, _expected) >= RingSize)
        {
            SkipTo(unchecked(sequence - (RingSize - 1)), sink);
            Drain(sink);
        }

        if (sequence == _expected)
        {
            Deliver(frame, sink);
            _expected++;
            Drain(sink);
            return;
        }

        Hold(sequence, frame, now);
    }

    private bool IsHeld(uint sequence) => Difference(sequence, _expected) < RingSize && _lengths[sequence % RingSize] != Empty;

    private void Hold(uint sequence, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (_frames.Length == 0)
        {
            _frames = GC.AllocateUninitializedArray<byte>(RingSize * SlotSize);
        }

        int slot = (int)(sequence % RingSize);
        frame.CopyTo(_frames.AsSpan(slot * SlotSize));
        _lengths[slot] = frame.Length;
        _arrivals[slot] = now;
        _oldestHeld = _held == 0 ? now : _oldestHeld;
        _held++;
        _statistics.RxBuffered++;
    }

    /// <summary>Delivers what is held without a gap from the expected packet on.</summary>
    private void Drain(IFrameReceiver sink)
    {
        if (_held == 0)
        {
            return;
        }

        bool any = false;
        while (_held > 0 && _lengths[_expected % RingSize] != Empty)
        {
            Release(sink);
            any = true;
        }

        if (any && _held > 0)
        {
            _oldestHeld = OldestArrival();
        }
    }

    /// <summary>Gives up everything before <paramref name="sequence"/> that is missing, and delivers what is there of it.</summary>
    private void SkipTo(uint sequence, IFrameReceiver sink)
    {
        while (_expected != sequence && _held > 0)
        {
            if (_lengths[_expected % RingSize] != Empty)
            {
                Release(sink);
            }
            else
            {
                _statistics.RxLost++;
                _expected++;
            }
        }

        _statistics.RxLost += unchecked(sequence - _expected);
        _expected = sequence;
        if (_held > 0)
        {
            _oldestHeld = OldestArrival();
        }
    }

    private void Release(IFrameReceiver sink)
    {
        int slot = (int)(_expected % RingSize);
        int length = _lengths[slot];
        _lengths[slot] = Empty;
        _held--;
        _expected++;
        Deliver(_frames.AsSpan(slot * SlotSize, length), sink);
    }

    /// <summary>The wait for the expected packet is over.</summary>
    private void GiveUp(TimeSpan now, IFrameReceiver sink)
    {
        _gapFrom = _expected;
        while (_lengths[_expected % RingSize] == Empty)
        {
            _statistics.RxLost++;
            _expected++;
        }

        _gapTo = _expected;
        _gapSince = _oldestHeld;
        Drain(sink);
        _spread -= _spread / 32;
        _hold = Clamp(_hold / 2 > _spread ? _hold / 2 : _spread);
        _lastInRange = _lastInRange < now ? _lastInRange : now;
    }

    /// <summary>A missing packet came in time.</summary>
    private void Filled(TimeSpan now)
    {
        TimeSpan twice = (now - _oldestHeld) * 2;
        TimeSpan less = _hold - (_hold / 8);
        _hold = Clamp(twice > less ? twice : less);
        less = _spread - (_spread / 32);
        _spread = twice > less ? twice : less;
    }

    /// <summary>A packet that was delivered before, or that was given up: then the wait was too short.</summary>
    private void Late(uint sequence, TimeSpan now)
    {
        _statistics.RxUnderWindow++;
        if (Difference(sequence, _gapFrom) >= 0 && Difference(sequence, _gapTo) < 0)
        {
            TimeSpan twice = (now - _gapSince) * 2;
            _hold = Clamp(twice > _hold ? twice : _hold);
            _spread = twice > _spread ? twice : _spread;
        }
    }

    private TimeSpan Clamp(TimeSpan hold)
    {
        TimeSpan atLeast = hold < s_minHold ? s_minHold : hold;
        return atLeast > _maxHold ? _maxHold : atLeast;
    }

    private TimeSpan OldestArrival()
    {
        TimeSpan oldest = TimeSpan.MaxValue;
        for (int slot = 0; slot < RingSize; slot++)
        {
            if (_lengths[slot] != Empty && _arrivals[slot] < oldest)
            {
                oldest = _arrivals[slot];
            }
        }

        return oldest;
    }
}
