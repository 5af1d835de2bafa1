using System.Diagnostics;
using TestServers.Interop;

namespace TestServers.Ppp;

/// <summary>A real pppd on a pty of ours, as the server's end of PPP.</summary>
internal sealed class PppdPeer : IPppPeer
{
    private const int PollMilliseconds = 200;
    private readonly PseudoTerminal _pty = new();
    private readonly Process _process;
    private readonly HdlcDecoder _decoder;
    private readonly byte[] _input = new byte[16384];
    private readonly byte[] _output = new byte[32768];
    private readonly byte[] _early = new byte[16384];
    private readonly Lock _earlyLock = new();
    private ReadOnlyMemory<byte> _unread;
    private int _earlyLength;
    private int _outputLength;
    private volatile bool _awake;
    private volatile bool _stopped;
    private bool _disposed;

    /// <summary>Starts <c>pppd TTY nodetach local nolock ... options LOCAL:REMOTE</c>.</summary>
    public PppdPeer(string program, IEnumerable<string> options, string addresses, IPppFrameFilter filter)
    {
        _decoder = new HdlcDecoder(filter);
        ProcessStartInfo start = new(program) { UseShellExecute = false };
        foreach (string argument in (string[])[_pty.SlavePath, "nodetach", "local", "nolock", "receive-all", "asyncmap", "0", .. options, addresses])
        {
            start.ArgumentList.Add(argument);
        }
        _process = Process.Start(start) ?? throw new InvalidOperationException("pppd did not start");
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => _pty.ReleaseSlave();
    }

    public int Pid => _process.Id;

    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    public bool Read(PacketBatch batch)
    {
        while (true)
        {
            if (!_unread.IsEmpty)
            {
                _unread = _unread[_decoder.Decode(_unread.Span, batch)..];
                if (!batch.HasRoom)
                {
                    return true;
                }
            }
            int n = _pty.Read(_input);
            if (n < 0)
            {
                return !batch.IsEmpty;
            }
            if (n == 0)
            {
                if (!batch.IsEmpty)
                {
                    return true;
                }
                if (_stopped)
                {
                    return false;
                }
                _pty.WaitReadable(PollMilliseconds);
                continue;
            }
            if (!_awake)
            {
                Awake();
            }
            _unread = _input.AsMemory(0, n);
        }
    }

    public void Write(ReadOnlySpan<byte> frame)
    {
        if (_output.Length - _outputLength < HdlcEncoder.MaxSize(frame.Length))
        {
            Flush();
        }
        // The kernel drops unescaped control characters until LCP is up, and LCP itself is always sent that way.
        bool escape = PppFrame.Parse(frame).Protocol == PppFrame.Lcp;
        _outputLength += HdlcEncoder.Encode(frame, escape, _output.AsSpan(_outputLength));
    }

    public void Flush()
    {
        if (_outputLength == 0)
        {
            return;
        }
        if (!_awake)
        {
            // Before pppd has put its line discipline on the tty, what is written there is lost.
            lock (_earlyLock)
            {
                if (!_awake)
                {
                    int fits = Math.Min(_outputLength, _early.Length - _earlyLength);
                    _output.AsSpan(0, fits).CopyTo(_early.AsSpan(_earlyLength));
                    _earlyLength += fits;
                    _outputLength = 0;
                    return;
                }
            }
        }
        _pty.Write(_output.AsSpan(0, _outputLength));
        _outputLength = 0;
    }

    public void Stop()
    {
        lock (_earlyLock)
        {
            _stopped = true;
            if (!_disposed && !_process.HasExited)
            {
                _ = Libc.kill(_process.Id, Libc.SigTerm);
            }
        }
    }

    public void Dispose()
    {
        Stop();
        // Hanging up ends a pppd whose LCP Terminate nobody answers.
        _pty.Dispose();
        if (!_process.WaitForExit(3000))
        {
            _process.Kill();
            _process.WaitForExit();
        }
        lock (_earlyLock)
        {
            _disposed = true;
            _process.Dispose();
        }
    }

    private void Awake()
    {
        lock (_earlyLock)
        {
            _pty.ReleaseSlave();
            _pty.Write(_early.AsSpan(0, _earlyLength));
            _awake = true;
        }
    }
}
