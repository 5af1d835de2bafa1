using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Interop;
using TunnelCore.Wire.Hdlc;

namespace TunnelCore.Pppd;

/// <summary>
/// Synchronous framing: a frame is what one read returns and one write takes. A pty keeps no boundaries: frames that come faster than
/// they are read run together, and are dropped when that can be seen.
/// </summary>
internal sealed class SyncPump : ILinePump, IFrameReceiver
{
    private const int MaxRead = HdlcReader.MaxFrame + 1;

    private static readonly TimeSpan s_join = TimeSpan.FromMilliseconds(100);

    private readonly LineDescriptors _line;
    private readonly ServerWords _words;
    private readonly Bell _stop;
    private readonly Action _onClosed;
    private readonly IFrameReceiver _observer;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _firstByte = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _read = new byte[MaxRead];
    private Thread? _thread;
    private bool _closed;
    private long _frames;
    private long _dropped;

    public SyncPump(LineDescriptors line, ServerWords words, Bell stop, Action onClosed, IFrameReceiver observer, ILogger logger)
    {
        (_line, _words, _stop, _onClosed, _observer, _logger) = (line, words, stop, onClosed, observer, logger);
    }

    public IFrameReceiver Downlink => this;

    public Task FirstByte => _firstByte.Task;

    public void Start(IFrameSink uplink)
    {
        _thread = new Thread(() => Run(uplink)) { IsBackground = true, Name = "pppd uplink" };
        _thread.Start();
    }

    public void SetReady()
    {
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }

        _thread?.Join(s_join);
    }

    public void Receive(ReadOnlySpan<byte> frame)
    {
        _words.Observe(frame);
        lock (_lock)
        {
            // A full line drops the frame whole: half of one would be taken for another.
            if (!_closed && frame.Length is > 0 and <= HdlcReader.MaxFrame)
            {
                _ = Libc.Write(_line.Output, frame);
            }
        }
    }

    public void EndOfBatch()
    {
    }

    private void Run(IFrameSink uplink)
    {
        try
        {
            Pump(uplink);
        }
        catch (ObjectDisposedException)
        {
            // The line was taken down while the transport held this thread up.
        }

        PppdLog.LineClosed(_logger, _frames, _dropped);
        _onClosed();
    }

    private void Pump(IFrameSink uplink)
    {
        Span<PollEntry> entries = [new(_line.Input, PollEvents.In), new(_stop.Handle, PollEvents.In)];
        while (true)
        {
            int count = Libc.Read(_line.Input, _read);
            if (count > 0)
            {
                _firstByte.TrySetResult();
                Take(_read.AsSpan(0, count), uplink);
                continue;
            }

            if (count is not (-Errno.EAGAIN or -Errno.EINTR) || (Libc.Poll(entries, -1) > 0 && entries[1].Ready))
            {
                return;
            }
        }
    }

    private void Take(ReadOnlySpan<byte> frame, IFrameSink uplink)
    {
        if (frame.Length > HdlcReader.MaxFrame)
        {
            _dropped++;
            return;
        }

        _frames++;
        _observer.Receive(frame);
        frame.CopyTo(uplink.Reserve(frame.Length));
        uplink.Commit(frame.Length);
        uplink.Flush();
    }
}
