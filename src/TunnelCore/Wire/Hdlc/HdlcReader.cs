using TunnelCore.Buffers;

namespace TunnelCore.Wire.Hdlc;

/// <summary>
/// Cuts a stream of octets into frames. Owns the receive buffer: fill <see cref="Free"/>, say so with <see cref="Filled"/>, take
/// the frames with <see cref="Drain"/>; a frame that is split between reads stays for the next one. Never allocates.
/// </summary>
internal sealed class HdlcReader
{
    /// <summary>PPP frame that SSTP can carry at most (MS-SSTP 2.2.1: 4095 with its header).</summary>
    public const int MaxFrame = 4091;

    private const int MaxRaw = 2 * (MaxFrame + Fcs16.Length);
    private const int BufferSize = 32 * 1024;

    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly byte[] _scratch = new byte[MaxRaw];
    private int _start;  // of the frame that is not complete yet
    private int _scanned; // up to here there is no flag
    private int _end;
    private bool _skipping; // until the next flag: what came was too long to be a frame

    public HdlcCounters Counters { get; } = new();

    /// <summary>Looks at each good frame on its way; null = nobody.</summary>
    public IFrameReceiver? Observer { get; init; }

    /// <summary>Where the next octets go; never empty.</summary>
    public Span<byte> Free
    {
        get
        {
            if (_start == _end)
            {
                _start = _scanned = _end = 0;
            }
            else if (BufferSize - _end < MaxRaw)
            {
                Compact();
            }

            return _buffer.AsSpan(_end);
        }
    }

    public void Filled(int count) => _end += count;

    /// <summary>Hands every complete frame to the sink (without Flush); returns how many.</summary>
    public int Drain(IFrameSink sink)
    {
        int frames = 0;
        while (true)
        {
            int flag = _buffer.AsSpan(_scanned, _end - _scanned).IndexOf(HdlcOctet.Flag);
            if (flag < 0)
            {
                _scanned = _end;
                if (_end - _start > MaxRaw)
                {
                    _skipping = true;
                    _start = _end;
                }

                return frames;
            }

            int stop = _scanned + flag;
            frames += Take(_buffer.AsSpan(_start, stop - _start), sink);
            _start = _scanned = stop + 1;
        }
    }

    private int Take(ReadOnlySpan<byte> raw, IFrameSink sink)
    {
        HdlcFrame result;
        if (_skipping)
        {
            _skipping = false;
            result = HdlcFrame.Long;
        }
        else if (raw.Length < HdlcDecoder.MinLength)
        {
            result = raw.IsEmpty ? HdlcFrame.Empty : raw[^1] == HdlcOctet.Escape ? HdlcFrame.Aborted : HdlcFrame.Short;
        }
        else if (raw.Length <= MaxFrame)
        {
            // Decoded straight into the packet; the FCS lies behind it and is left uncommitted.
            Span<byte> frame = sink.Reserve(raw.Length);
            result = HdlcDecoder.Decode(raw, frame, out int length);
            if (result == HdlcFrame.Good)
            {
                Observer?.Receive(frame[..length]);
            }

            sink.Commit(length);
        }
        else
        {
            result = TakeLarge(raw, sink);
        }

        Counters.Count(result);
        return result == HdlcFrame.Good ? 1 : 0;
    }

    private HdlcFrame TakeLarge(ReadOnlySpan<byte> raw, IFrameSink sink)
    {
        HdlcFrame result = HdlcDecoder.Decode(raw, _scratch.AsSpan(0, MaxFrame + Fcs16.Length), out int length);
        if (result == HdlcFrame.Good)
        {
            _scratch.AsSpan(0, length).CopyTo(sink.Reserve(length));
            sink.Commit(length);
        }

        return result;
    }

    private void Compact()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _scanned -= _start;
        _end -= _start;
        _start = 0;
    }
}
