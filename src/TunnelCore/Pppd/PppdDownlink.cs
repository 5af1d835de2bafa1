using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Interop;
using TunnelCore.Wire.Hdlc;

namespace TunnelCore.Pppd;

/// <summary>
/// The way from the server to pppd, on the transport's thread: frames become HDLC in one buffer, written at the end of a batch.
/// </summary>
/// <remarks>
/// What comes before pppd's first byte is held: pppd would lose it, because its line is not in PPP mode yet.
/// A line that is full is waited for; after ten seconds without progress the rest is dropped and the loss logged, and the flag that
/// starts every frame ends the torn one.
/// </remarks>
internal sealed class PppdDownlink : IFrameReceiver
{
    private const int BufferSize = 64 * 1024;
    private const int StallSeconds = 10;
    private readonly FileDescriptor _line;
    private readonly Bell _stop;
    private readonly ServerWords _words;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _count;
    private readonly AsyncMap? _map;
    private bool _ready;
    private bool _closed;

    /// <param name="line">Where octets go, not blocking.</param>
    /// <param name="stop">Ends a wait for room.</param>
    /// <param name="words">Overhears the server.</param>
    /// <param name="logger">Log.</param>
    /// <param name="map">What pppd wants escaped; null = nothing, it was told to take everything.</param>
    public PppdDownlink(FileDescriptor line, Bell stop, ServerWords words, ILogger logger, AsyncMap? map = null)
    {
        _map = map;
        _line = line;
        _stop = stop;
        _words = words;
        _logger = logger;
    }

    /// <summary>Frames that found no room while the line was not ready, or had an impossible length.</summary>
    public long Dropped { get; private set; }

    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (frame.Length is 0 or > HdlcReader.MaxFrame)
        {
            Dropped++;
            return;
        }

        _words.Observe(frame);
        _map?.Observe(frame);
        lock (_lock)
        {
            if (HdlcEncoder.MaxEncodedLength(frame.Length) > BufferSize - _count)
            {
                WriteOut();
            }

            if (_closed || HdlcEncoder.MaxEncodedLength(frame.Length) > BufferSize - _count)
            {
                Dropped++;
                return;
            }

            _count += HdlcEncoder.Encode(frame, _buffer.AsSpan(_count), IsLcp(frame) || _map is { EscapesControls: true });
        }
    }

    public void EndOfBatch()
    {
        lock (_lock)
        {
            WriteOut();
        }
    }

    /// <summary>pppd listens now.</summary>
    public void SetReady()
    {
        lock (_lock)
        {
            _ready = true;
            WriteOut();
        }
    }

    /// <summary>Nothing touches the line after this. The stop event must be set before.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            _count = 0;
        }
    }

    /// <summary>LCP is always sent as if no map had been negotiated (RFC 1662 section 7.1).</summary>
    private static bool IsLcp(ReadOnlySpan<byte> frame) => frame is [0xFF, 0x03, 0xC0, 0x21, ..] or [0xC0, 0x21, ..];

    private void WriteOut()
    {
        if (!_ready || _closed)
        {
            return;
        }

        int done = 0;
        while (done < _count)
        {
            int written = Libc.Write(_line, _buffer.AsSpan(done, _count - done));
            if (written > 0)
            {
                done += written;
            }
            else if (written != -Errno.EINTR && (written != -Errno.EAGAIN || !WaitForRoom(_count - done)))
            {
                break;
            }
        }

        _count = 0;
    }

    private bool WaitForRoom(int left)
    {
        Span<PollEntry> entries = [new(_line, PollEvents.Out), new(_stop.Handle, PollEvents.In)];
        int ready = Libc.Poll(entries, StallSeconds * 1000);
        if (ready == 0)
        {
            PppdLog.Stalled(_logger, StallSeconds, left);
        }

        return (ready > 0 && !entries[1].Ready) || ready == -Errno.EINTR;
    }
}
