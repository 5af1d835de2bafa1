using Microsoft.Extensions.Logging;

namespace TunnelCli.Sstpc;

/// <summary>Lines that scripts around sstpc look for, and the last one. Events 3000 and up.</summary>
internal static partial class SstpcLog
{
    [LoggerMessage(3000, LogLevel.Information, "Waiting for sstp-plugin to connect on: {Path}")]
    public static partial void Waiting(this ILogger logger, string path);

    [LoggerMessage(3001, LogLevel.Information, "Resolved {Name} to {Address}")]
    public static partial void ResolvedTo(this ILogger logger, string name, System.Net.IPAddress address);

    [LoggerMessage(3002, LogLevel.Information, "Connected to {Name}")]
    public static partial void ConnectedTo(this ILogger logger, string name);

    [LoggerMessage(3003, LogLevel.Information, "Started PPP Link Negotiation")]
    public static partial void PppStarted(this ILogger logger);

    [LoggerMessage(3004, LogLevel.Information, "Received callback from sstp-plugin")]
    public static partial void CalledBack(this ILogger logger);

    [LoggerMessage(3005, LogLevel.Information, "Connection Established")]
    public static partial void Established(this ILogger logger);

    [LoggerMessage(3006, LogLevel.Information, "SSTP session was established for {Time}")]
    public static partial void SessionTime(this ILogger logger, string time);

    [LoggerMessage(3007, LogLevel.Information, "Received {Received} bytes, sent {Sent} bytes")]
    public static partial void Traffic(this ILogger logger, long received, long sent);

    [LoggerMessage(3008, LogLevel.Error, "PPPd terminated")]
    public static partial void PppdTerminated(this ILogger logger);

    [LoggerMessage(3009, LogLevel.Error, "Terminating on {Signal}")]
    public static partial void Terminating(this ILogger logger, string signal);

    [LoggerMessage(3010, LogLevel.Error, "{Sentence} [{Code}]")]
    public static partial void Failed(this ILogger logger, string sentence, string code);

    [LoggerMessage(3011, LogLevel.Information, "Ended: {Sentence} [{Code}]")]
    public static partial void Ended(this ILogger logger, string sentence, string code);

    [LoggerMessage(3012, LogLevel.Information, "Privileges given up")]
    public static partial void PrivilegesDropped(this ILogger logger);

    [LoggerMessage(3013, LogLevel.Warning, "Staying root: there is no user or group named {Name}")]
    public static partial void StayingRoot(this ILogger logger, string name);

    [LoggerMessage(3014, LogLevel.Warning, "{Warning}")]
    public static partial void Warn(this ILogger logger, string warning);
}
