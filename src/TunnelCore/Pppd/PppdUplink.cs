using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Interop;
using TunnelCore.Wire.Hdlc;

namespace TunnelCore.Pppd;

/// <summary>The way from pppd to the server, on a thread of its own: pty, HDLC, frames written in place into the transport's packets.</summary>
internal sealed class PppdUplink
{
    // A read from a pty returns at most 4095 bytes. Well below that, there is nothing more at the moment.
    private const int NearlyFull = 2048;
    private readonly FileDescriptor _line;
    private readonly IFrameSink _sink;
    private readonly Bell _stop;
    private readonly Action _onFirstByte;
    private readonly ILogger _logger;
    private readonly HdlcReader _reader;
    private readonly Action? _onClosed;
    private readonly Thread _thread;

    /// <param name="line">Master side of the pty, not blocking.</param>
    /// <param name="sink">Where frames go.</param>
    /// <param name="stop">Ends the thread.</param>
    /// <param name="onFirstByte">Called once: pppd has set up its side of the line.</param>
    /// <param name="logger">For the closing line.</param>
    /// <param name="onClosed">Called once at the end of the thread.</param>
    /// <param name="observer">Looks at each frame.</param>
    public PppdUplink(
        FileDescriptor line, IFrameSink sink, Bell stop, Action onFirstByte, ILogger logger, Action? onClosed = null, IFrameReceiver? observer = null)
    {
        _onClosed = onClosed;
        _reader = new HdlcReader { Observer = observer };
        _line = line;
        _sink = sink;
        _stop = stop;
        _onFirstByte = onFirstByte;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = "pppd uplink" };
    }

    public HdlcCounters Counters => _reader.Counters;

    public void Start() => _thread.Start();

    /// <summary>True when the thread has ended in time.</summary>
    public bool Join(TimeSpan time) => _thread.Join(time);

    private void Run()
    {
        bool held = false;
        try
        {
            // Polled by its number: that must stay its own as long as this thread can look at it.
            _stop.Handle.DangerousAddRef(ref held);
            Pump();
        }
        catch (ObjectDisposedException)
        {
            // The line was taken down while the transport held this thread up.
        }
        finally
        {
            if (held)
            {
                _stop.Handle.DangerousRelease();
            }
        }

        PppdLog.LineClosed(_logger, Counters.Frames, Counters.Dropped);
        _onClosed?.Invoke();
    }

    private void Pump()
    {
        Span<PollEntry> entries = [new(_line, PollEvents.In), new(_stop.Handle, PollEvents.In)];
        bool first = true;
        bool pending = false;
        while (true)
        {
            int count = Libc.Read(_line, _reader.Free);
            if (count > 0)
            {
                if (first)
                {
                    first = false;
                    _onFirstByte();
                }

                _reader.Filled(count);
                pending |= _reader.Drain(_sink) > 0;
            }
            else if (count != -Errno.EAGAIN && count != -Errno.EINTR)
            {
                // EIO: no slave is open any more.
                return;
            }

            if (count < NearlyFull)
            {
                if (pending)
                {
                    _sink.Flush();
                    pending = false;
                }

                if (Libc.Poll(entries, -1) > 0 && entries[1].Ready)
                {
                    return;
                }
            }
        }
    }
}
