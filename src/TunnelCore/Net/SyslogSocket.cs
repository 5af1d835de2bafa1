using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TunnelCore.Net;

/// <summary>Lines to the system's log (RFC 3164 on a local socket). Never blocks for long and never throws: a log that is away is no reason to fail.</summary>
public sealed class SyslogSocket : IDisposable
{
    private const int LongestSend = 250; // ms

    private readonly string _path;
    private readonly string _tag;
    private readonly int _facility;
    private readonly Lock _lock = new();
    private Socket? _socket;

    /// <param name="path">Usually /dev/log.</param>
    /// <param name="ident">Name of the program.</param>
    /// <param name="facility">Number of the facility: 3 daemon, 16 local0.</param>
    public SyslogSocket(string path, string ident, int facility)
    {
        _path = path;
        _facility = facility;
        _tag = string.Create(CultureInfo.InvariantCulture, $"{ident}[{Environment.ProcessId}]: ");
        // Now, while it can be reached: later the root directory may be another one.
        _socket = Connect();
    }

    /// <param name="severity">0 emergency .. 7 debug.</param>
    /// <param name="text">One line.</param>
    public void Write(int severity, string text)
    {
        DateTime now = DateTime.Now;
        byte[] line = Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"<{(_facility * 8) + severity}>{now:MMM} {now.Day,2} {now:HH:mm:ss} {_tag}{text}"));
        lock (_lock)
        {
            if (!TrySend(line))
            {
                // The log's process may have been started anew.
                _socket?.Dispose();
                _socket = Connect();
                _ = TrySend(line);
            }
        }
    }

    public void Dispose() => _socket?.Dispose();

    private bool TrySend(byte[] line)
    {
        try
        {
            return _socket is not null && _socket.Send(line, SocketFlags.None, out SocketError error) >= 0
                && error is SocketError.Success or SocketError.WouldBlock or SocketError.TimedOut or SocketError.NoBufferSpaceAvailable;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private Socket? Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(_path));
            // The queue holds few lines: one that is full is waited for, but not for ever.
            socket.SendTimeout = LongestSend;
            return socket;
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }
}
