using Microsoft.Extensions.Logging;

namespace TunnelCli.Pptp;

/// <summary>The program's own lines. Events 3100 and up.</summary>
internal static partial class PptpProgramLog
{
    [LoggerMessage(3100, LogLevel.Warning, "{Warning}")]
    public static partial void Warn(this ILogger logger, string warning);

    [LoggerMessage(3101, LogLevel.Error, "Could not open control connection to {Server}")]
    public static partial void NoControlConnection(this ILogger logger, string server);

    [LoggerMessage(3102, LogLevel.Error, "Call manager exited with error {Status}")]
    public static partial void CallManagerFailed(this ILogger logger, int status);

    [LoggerMessage(3103, LogLevel.Error, "{Sentence} [{Code}]")]
    public static partial void Failed(this ILogger logger, string sentence, string code);

    [LoggerMessage(3104, LogLevel.Information, "Ended: {Sentence} [{Code}]")]
    public static partial void Ended(this ILogger logger, string sentence, string code);

    [LoggerMessage(3105, LogLevel.Information, "Received {Signal}, closing")]
    public static partial void Terminating(this ILogger logger, string signal);

    [LoggerMessage(3106, LogLevel.Information, "{Line}")]
    public static partial void Statistics(this ILogger logger, string line);

    [LoggerMessage(3107, LogLevel.Warning, "missing echo reply: closing the call")]
    public static partial void MissingEcho(this ILogger logger);

    [LoggerMessage(3108, LogLevel.Information, "short read (0): pppd has closed the line")]
    public static partial void LineClosed(this ILogger logger);
}
