using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Win32.SafeHandles;
using TestServers.Interop;
using TestServers.Pptp;
using TunnelCli.Options;
using TunnelCli.Pptp;

namespace TunnelCli.Tests.Pptp;

/// <summary>pptp --nolaunchpppd on a pty of the test's, against a scripted server on an own address of loopback. Needs root.</summary>
internal sealed class PptpRig : IAsyncDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("pptp-test");
    private readonly SafeFileHandle _line;
    private readonly Socket _syslog = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly StringWriter _errors = new();
    private readonly List<int> _frames = [];
    private readonly List<byte> _partial = [];
    private bool _isEscaped;

    public PptpRig(Func<PptpServerSession, Task> script)
    {
        Server = PptpServer.OnLoopback(script, 40);
        _line = File.OpenHandle(Pppd.SlavePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        _syslog.Bind(new UnixDomainSocketEndPoint(SyslogPath));
        _syslog.Blocking = false;
    }

    public PptpServer Server { get; }

    /// <summary>The side of pppd.</summary>
    public PseudoTerminal Pppd { get; } = new();

    /// <summary>What went to syslog so far.</summary>
    public string Syslog { get; private set; } = "";

    public string Errors => _errors.ToString();

    private string SyslogPath => Path.Combine(_directory.FullName, "log");

    public string InDirectory(string name) => Path.Combine(_directory.FullName, name);

    public async Task<int> RunAsync(params string[] arguments)
    {
        PptpOptionSet options = new();
        CommandLine line = PptpOptionTable.Parse(
            [.. arguments, Server.EndPoint.Address.ToString(), "--nolaunchpppd", "--port", Server.EndPoint.Port.ToString(CultureInfo.InvariantCulture)], options);
        using PptpSession session = new(
            options, line.Warnings, new PptpPlace((int)_line.DangerousGetHandle(), SyslogPath, TextWriter.Synchronized(_errors), false));
        int status = await session.RunAsync().WaitAsync(TimeSpan.FromSeconds(60));
        ReadLog();
        return status;
    }

    /// <summary>Waits until a text is in the log.</summary>
    public async Task LoggedAsync(string text)
    {
        for (int i = 0; i < 1500; i++)
        {
            ReadLog();
            if (Syslog.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"not in the log: {text}\n{Syslog}");
    }

    /// <summary>The next frames on the line, by the sixth octet of each (the identifier of link control); fewer when the time is over.</summary>
    public async Task<int[]> FramesAsync(int count, int milliseconds = 10_000)
    {
        long end = Environment.TickCount64 + milliseconds;
        byte[] buffer = new byte[4096];
        while (Environment.TickCount64 < end && _frames.Count < count)
        {
            int read = Pppd.WaitReadable(20) ? Pppd.Read(buffer) : 0;
            foreach (byte octet in buffer.AsSpan(0, Math.Max(read, 0)))
            {
                Decode(octet);
            }

            await Task.Yield();
        }

        int[] found = [.. _frames.Take(count)];
        _frames.RemoveRange(0, found.Length);
        return found;
    }

    public void HangUp() => Pppd.Dispose();

    public async ValueTask DisposeAsync()
    {
        Pppd.Dispose();
        _line.Dispose();
        await Server.DisposeAsync();
        _syslog.Dispose();
        await _errors.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private void Decode(byte octet)
    {
        if (octet == 0x7E)
        {
            if (_partial.Count > 7)
            {
                _frames.Add(_partial[5]);
            }

            _partial.Clear();
            _isEscaped = false;
        }
        else if (octet == 0x7D)
        {
            _isEscaped = true;
        }
        else
        {
            _partial.Add((byte)(_isEscaped ? octet ^ 0x20 : octet));
            _isEscaped = false;
        }
    }

    private void ReadLog()
    {
        byte[] line = new byte[8192];
        while (_syslog.Poll(0, SelectMode.SelectRead))
        {
            Syslog += Encoding.UTF8.GetString(line, 0, _syslog.Receive(line)) + "\n";
        }
    }
}
