using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;

namespace NmPlugin.Logging;

/// <summary>
/// Writes "nm-sstp[PID] &lt;level&gt;  text" lines, as the VPN services of NetworkManager do. A line that comes several times in a row
/// is written once, and how often it came follows. Never throws.
/// </summary>
internal sealed class LineLoggerProvider : ILoggerProvider
{
    /// <summary>Characters of one message; the longest sentences have some hundreds.</summary>
    private const int MaxLength = 4096;

    /// <summary>A line that never stops coming is said again after so many.</summary>
    private const int MaxFolded = 1000;

    private readonly Lock _gate = new();
    private readonly Stream _stream;
    private readonly LogSettings _settings;
    private readonly string _program;
    private readonly string _prefix;
    private readonly JournalSocket? _journal;
    private (LogLevel Level, string Text) _last;
    private int _folded;

    /// <param name="program">Name in front of each line.</param>
    /// <param name="processId">Beside it.</param>
    /// <param name="settings">How much, and in which shape.</param>
    /// <param name="stream">Null = the process's own stdout or stderr.</param>
    /// <param name="journal">Of the journal, where it is the target; what it does not take goes to the stream.</param>
    public LineLoggerProvider(string program, int processId, LogSettings settings, Stream? stream = null, string journal = JournalSocket.DefaultPath)
    {
        _settings = settings;
        _program = program;
        _journal = settings.Target == LogTarget.Journal ? JournalSocket.TryOpen(journal) : null;
        _prefix = $"{program}[{processId}] ";
        _stream = stream ?? Open(settings.Target);
    }

    /// <summary>
    /// UUID of the connection that the lines are about; "" = not known. nmcli tells its user to look for lines with that in their
    /// field NM_CONNECTION when a connection fails.
    /// </summary>
    public string Connection { get; set; } = "";

    public ILogger CreateLogger(string categoryName) => new LineLogger(this);

    public void Dispose()
    {
        lock (_gate)
        {
            TellFolded();
            _stream.Dispose();
            _journal?.Dispose();
        }
    }

    /// <summary>A process may be started without standard streams.</summary>
    private static Stream Open(LogTarget target)
    {
        try
        {
            return target == LogTarget.StandardOutput ? Console.OpenStandardOutput() : Console.OpenStandardError();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Stream.Null;
        }
    }

    private void Fold(LogLevel level, string text)
    {
        lock (_gate)
        {
            if (_last == (level, text) && _folded < MaxFolded)
            {
                _folded++;
                return;
            }
            TellFolded();
            _last = (level, text);
            Write(level, text);
        }
    }

    private void TellFolded()
    {
        if (_folded > 0)
        {
            Write(_last.Level, _folded == 1 ? "(once more)" : $"({_folded} times more)");
        }
        _folded = 0;
    }

    private void Write(LogLevel level, string text)
    {
        (string name, int priority) = Name(level);
        // One message is one line, read in one direction: text from a server or a profile must not be able to forge another.
        string shown = PrintableText.From(text, MaxLength);
        if (_journal is not null && WriteJournal(_journal, priority, $"<{name}>  {shown}"))
        {
            return;
        }
        var line = new StringBuilder();
        if (_settings.Target == LogTarget.Journal)
        {
            line.Append('<').Append(priority).Append('>');
        }
        line.Append(_prefix).Append('<').Append(name).Append(">  ");
        line.Append(shown);
        byte[] bytes = Encoding.UTF8.GetBytes(line.Append('\n').ToString());
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

    private bool WriteJournal(JournalSocket journal, int priority, string text)
    {
        (string, string) level = ("PRIORITY", priority.ToString(CultureInfo.InvariantCulture));
        (string, string) who = ("SYSLOG_IDENTIFIER", _program);
        return Connection.Length > 0
            ? journal.Write(level, who, ("NM_CONNECTION", Connection), ("MESSAGE", text))
            : journal.Write(level, who, ("MESSAGE", text));
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
                owner.Fold(logLevel, formatter(state, exception));
            }
        }
    }
}
