using System.Globalization;
using Microsoft.Extensions.Logging;
using TunnelCli.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCli.Pptp;

/// <summary>
/// The log of pptp: syslog's facility daemon, "LOGSTRING log[part:pptp:event]: text"; warnings and worse also on standard error as
/// long as somebody may read it.
/// </summary>
internal sealed class PptpLogWriter : ILogWriter
{
    private const int FacilityDaemon = 3;
    private const int Notice = 5;
    private const int Warning = 4;
    private const int Critical = 2;
    private const int MaxLength = 4096;

    private readonly string _logString;
    private readonly SyslogSocket _syslog;
    private readonly TextWriter _errors;
    private volatile bool _showsErrors = true;
    private volatile bool _isDebugging;
    private object? _callId;

    public PptpLogWriter(PptpOptionSet options, string syslog, TextWriter errors)
    {
        _logString = PrintableText.From(options.LogString);
        _syslog = new SyslogSocket(syslog, "pptp", FacilityDaemon);
        _errors = errors;
        _isDebugging = options.Debug || options.LogLevel == 2;
        IsQuiet = options.LogLevel == 0;
    }

    /// <summary>Nothing about packets.</summary>
    public bool IsQuiet { get; }

    public LogLevel Minimum => LogLevel.Debug;

    /// <summary>The tunnel is up: what comes now goes to syslog alone.</summary>
    public void LeaveTerminal() => _showsErrors = false;

    public void ToggleDebugging() => _isDebugging = !_isDebugging;

    public void Write(LogRecord record)
    {
        foreach (string text in PptpLegacyText.Of(record, ref _callId))
        {
            Write(LogLevel.Information, record.EventId, record.Room, text);
        }

        bool isOfPackets = record.EventId is >= 1157 and <= 1160;
        if (record.Level >= LogLevel.Information ? !(IsQuiet && isOfPackets) : _isDebugging)
        {
            Write(record.Level, record.EventId, record.Room, record.Text);
        }
    }

    public void Dispose() => _syslog.Dispose();

    private void Show(string line)
    {
        try
        {
            _errors.WriteLine(line);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // Nobody reads it.
            _showsErrors = false;
        }
    }

    private void Write(LogLevel level, int eventId, string room, string text)
    {
        (string word, int severity) = level switch
        {
            LogLevel.Error or LogLevel.Critical => ("fatal", Critical),
            LogLevel.Warning => ("warn", Warning),
            _ => ("log", Notice),
        };
        string line = string.Create(
            CultureInfo.InvariantCulture, $"{_logString} {word}[{room}:pptp:{eventId}]: {PrintableText.From(text, MaxLength)}");
        _syslog.Write(severity, line);
        if (_showsErrors && severity < Notice)
        {
            Show(line);
        }
    }
}
