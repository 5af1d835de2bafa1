using System.Globalization;
using System.IO.Enumeration;
using Microsoft.Extensions.Logging;
using TunnelCli.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCli.Sstpc;

/// <summary>The log of sstpc: "Mon dd HH:MM:SS ident[pid]: text".</summary>
internal sealed class SstpcLogWriter : ILogWriter
{
    private const int FacilityLocal0 = 16;
    private const int MaxLength = 4096;

    /// <summary>Syslog's severities of sstpc's levels.</summary>
    private static readonly int[] s_severities = [3, 4, 6, 7, 7, 7, 7];

    private readonly SstpcOptions _options;
    private readonly LineOutput _output;
    private readonly string _prefix;

    public SstpcLogWriter(SstpcOptions options, LineOutput output)
    {
        _options = options;
        _output = output;
        _prefix = string.Create(CultureInfo.InvariantCulture, $"{Ident(options)}[{Environment.ProcessId}]: ");
    }

    public LogLevel Minimum => LegacyLevel.Minimum(_options.LogLevel);

    /// <summary>With the places that the options name.</summary>
    public static SstpcLogWriter Open(SstpcOptions options)
    {
        SyslogSocket? syslog = options.LogTarget == LogTarget.Syslog ? new SyslogSocket(options.SyslogSocket, Ident(options), FacilityLocal0) : null;
        Stream? stream = options.LogTarget switch
        {
            LogTarget.StandardError => Console.OpenStandardError(),
            LogTarget.StandardOutput => Console.OpenStandardOutput(),
            _ => null,
        };
        return new SstpcLogWriter(options, new LineOutput(syslog, stream, options.LogFile is { } file ? OpenFile(file, Ident(options)) : null));
    }

    public void Write(LogRecord record)
    {
        int level = LegacyLevel.Of(record.Level, record.EventId);
        if (level > _options.LogLevel || !IsWanted(record.Room))
        {
            return;
        }

        string where = _options.LogLineNumbers ? string.Create(CultureInfo.InvariantCulture, $"({record.Room}:{record.EventId}) ") : "";
        // One message is one line: text from a server must not be able to forge another.
        string text = where + PrintableText.From(record.Text, MaxLength);
        DateTime now = DateTime.Now;
        _output.Write(s_severities[level], text, string.Create(CultureInfo.InvariantCulture, $"{now:MMM} {now.Day,2} {now:HH:mm:ss} {_prefix}{text}"));
    }

    public void Dispose() => _output.Dispose();

    private static string Ident(SstpcOptions options) => options.LogIdent ?? "sstpc";

    private bool IsWanted(string room) =>
        _options.LogTokens.Count == 0 || _options.LogTokens.Any(token => FileSystemName.MatchesSimpleExpression(token, room));

    /// <summary>Truncated, like its predecessor's; a link of somebody else's in a directory that all may write to is not followed.</summary>
    private static FileStream OpenFile(string name, string ident)
    {
        string path = name.Length > 0 ? name : Path.Combine(Path.GetTempPath(), ident + ".log");
        if (new FileInfo(path).LinkTarget is not null)
        {
            throw new TunnelException(Cause.MissingFile, $"the log {path} is a link");
        }

        try
        {
            return new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException(Cause.MissingFile, $"the log {path}: {e.Message}", e);
        }
    }
}
