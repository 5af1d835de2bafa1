using System.Text;
using Microsoft.Extensions.Logging;

namespace NmPlugin.Logging;

/// <summary>Writes "nm-sstp[PID] &lt;level&gt;  text" lines, as the VPN services of NetworkManager do. Never throws.</summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly LogSettings _settings;
    private readonly string _prefix;

    /// <param name="program">Name in front of each line.</param>
    /// <param name="processId">Beside it.</param>
    /// <param name="settings">How much, and in which shape.</param>
    /// <param name="stream">Null = the process's own stdout or stderr.</param>
    public LineLoggerProvider(string program, int processId, LogSettings settings, Stream? stream = null)
    {
        _settings = settings;
        _prefix = $"{program}[{processId}] ";
        _stream = stream ?? (settings.Target == LogTarget.StandardOutput ? Console.OpenStandardOutput() : Console.OpenStandardError());
    }

    public ILogger CreateLogger(string categoryName) => new LineLogger(this);

    public void Dispose() => _stream.Dispose();

    private void Write(LogLevel level, string text)
    {
        (string name, int priority) = Name(level);
        var line = new StringBuilder();
        if (_settings.Target == LogTarget.Journal)
        {
            line.Append('<').Append(priority).Append('>');
        }
        line.Append(_prefix).Append('<').Append(name).Append(">  ");
        foreach (char c in text)
        {
            // One message is one line: text from a server or a profile must not be able to forge another.
            line.Append(char.IsControl(c) ? ' ' : c);
        }
        byte[] bytes = Encoding.UTF8.GetBytes(line.Append('\n').ToString());
        lock (_gate)
        {
            try
            {
                _stream.Write(bytes);
                _stream.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Whoever read the log is gone; the tunnel goes on.
            }
        }
    }

    private static (string Name, int Priority) Name(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => ("error", 3),
        LogLevel.Warning => ("warn", 4),
        LogLevel.Information => ("info", 5),
        LogLevel.Debug => ("debug", 6),
        _ => ("trace", 7),
    };

    private sealed class LineLogger(LineLoggerProvider owner) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= owner._settings.Minimum;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                owner.Write(logLevel, formatter(state, exception));
            }
        }
    }
}
