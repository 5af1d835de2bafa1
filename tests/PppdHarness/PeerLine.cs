using TunnelCore.Buffers;
using TunnelCore.Interop;
using TunnelCore.Wire.Hdlc;

namespace PppdHarness;

/// <summary>The other end: a pty on which a second pppd plays the server. Takes frames as a transport's sink, gives what comes back.</summary>
internal sealed class PeerLine : IFrameSink, IDisposable
{
    private readonly PtyPair _pty = PtyPair.Open();
    private readonly Bell _stop = new();
    private readonly HdlcReader _reader = new();
    private readonly byte[] _frame = new byte[HdlcReader.MaxFrame];
    private readonly byte[] _batch = new byte[64 * 1024];
    private readonly Thread _thread;
    private IFrameReceiver? _receiver;
    private int _count;
    private int _reserved;

    public PeerLine() => _thread = new Thread(Run) { IsBackground = true };

    public string SlavePath => _pty.SlavePath;

    public long FramesUp { get; private set; }

    public long FramesDown { get; private set; }

    public void Start(IFrameReceiver receiver)
    {
        _receiver = receiver;
        _thread.Start();
    }

    public Span<byte> Reserve(int maxLength)
    {
        _reserved = maxLength;
        return _frame.AsSpan(0, maxLength);
    }

    public void Commit(int length)
    {
        if (length == 0)
        {
            return;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _reserved);
        FramesUp++;
        if (HdlcEncoder.MaxEncodedLength(length) > _batch.Length - _count)
        {
            Flush();
        }

        _count += HdlcEncoder.Encode(_frame.AsSpan(0, length), _batch.AsSpan(_count), escapeControls: true);
    }

    public void Flush()
    {
        int done = 0;
        while (done < _count)
        {
            int written = Libc.Write(_pty.Master, _batch.AsSpan(done, _count - done));
            if (written > 0)
            {
                done += written;
            }
            else if (written != -Errno.EAGAIN || Libc.Poll([new(_pty.Master, PollEvents.Out), new(_stop.Handle, PollEvents.In)], 2000) <= 0)
            {
                break;
            }
        }

        _count = 0;
    }

    public void Dispose()
    {
        _stop.Ring();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _pty.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        Forward sink = new(this);
        while (true)
        {
            int count = Libc.Read(_pty.Master, _reader.Free);
            if (count > 0)
            {
                _reader.Filled(count);
                _reader.Drain(sink);
                _receiver!.EndOfBatch();
                continue;
            }

            Span<PollEntry> entries = [new(_pty.Master, PollEvents.In), new(_stop.Handle, PollEvents.In)];
            if ((count != -Errno.EAGAIN && count != -Errno.EINTR) || (Libc.Poll(entries, -1) > 0 && entries[1].Ready))
            {
                return;
            }
        }
    }

    private sealed class Forward(PeerLine owner) : IFrameSink
    {
        private readonly byte[] _frame = new byte[HdlcReader.MaxFrame];

        public Span<byte> Reserve(int maxLength) => _frame.AsSpan(0, maxLength);

        public void Commit(int length)
        {
            if (length > 0)
            {
                owner.FramesDown++;
                owner._receiver!.Receive(_frame.AsSpan(0, length));
            }
        }

        public void Flush()
        {
        }
    }
}
