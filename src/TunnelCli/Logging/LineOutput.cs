using System.Text;
using TunnelCore.Net;

namespace TunnelCli.Logging;

/// <summary>Where lines go: syslog or a stream, and a file beside it. Never throws: a log that is away is no reason to fail.</summary>
internal sealed class LineOutput : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SyslogSocket? _syslog;
    private readonly Stream[] _streams;

    public LineOutput(SyslogSocket? syslog, params Stream?[] streams)
    {
        _syslog = syslog;
        _streams = [.. streams.OfType<Stream>()];
    }

    /// <param name="severity">Of syslog, 0..7.</param>
    /// <param name="text">Without what syslog puts in front.</param>
    /// <param name="line">The whole line for a stream.</param>
    public void Write(int severity, string text, string line)
    {
        _syslog?.Write(severity, text);
        if (_streams.Length == 0)
        {
            return;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_lock)
        {
            foreach (Stream stream in _streams)
            {
                try
                {
                    stream.Write(bytes);
                    stream.Flush();
                }
                catch (Exception e) when (e is IOException or ObjectDisposedException)
                {
                    // Whoever read the log is gone; the tunnel goes on.
                }
            }
        }
    }

    public void Dispose()
    {
        _syslog?.Dispose();
        foreach (Stream stream in _streams)
        {
            stream.Dispose();
        }
    }
}
