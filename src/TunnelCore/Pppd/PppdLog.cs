using Microsoft.Extensions.Logging;

namespace TunnelCore.Pppd;

internal static partial class PppdLog
{
    [LoggerMessage(1200, LogLevel.Debug, "pppd started as process {Pid}: {CommandLine}")]
    public static partial void Started(ILogger logger, int pid, string commandLine);

    [LoggerMessage(1201, LogLevel.Debug, "pppd: {Line}")]
    public static partial void Line(ILogger logger, string line);

    [LoggerMessage(1202, LogLevel.Debug, "pppd is in phase {Phase}, status {Status}")]
    public static partial void Phase(ILogger logger, Link.PppPhase phase, int status);

    [LoggerMessage(1203, LogLevel.Debug, "pppd has ended: exit status {ExitStatus}, signal {Signal}; {Failure}")]
    public static partial void Ended(ILogger logger, int exitStatus, int signal, string failure);

    [LoggerMessage(1204, LogLevel.Warning, "process {Pid} of user {User} wanted to talk in pppd's name; refused")]
    public static partial void Stranger(ILogger logger, int pid, uint user);

    [LoggerMessage(1205, LogLevel.Error, "pppd's plugin sent a message that makes no sense ({Length} bytes)")]
    public static partial void BadMessage(ILogger logger, int length);

    [LoggerMessage(1206, LogLevel.Warning, "pppd took nothing for {Seconds} s; {Bytes} bytes from the server are dropped")]
    public static partial void Stalled(ILogger logger, int seconds, int bytes);

    [LoggerMessage(1207, LogLevel.Warning, "pppd did not end in time; killed")]
    public static partial void Killed(ILogger logger);

    [LoggerMessage(1208, LogLevel.Debug, "pppd's plugin has called: pppd layout {Layout}")]
    public static partial void Hello(ILogger logger, uint layout);

    [LoggerMessage(1209, LogLevel.Warning, "{Path} of an earlier run cannot be removed: {Reason}")]
    public static partial void StaleDirectory(ILogger logger, string path, string reason);

    [LoggerMessage(1210, LogLevel.Debug, "the line to pppd closed: {Frames} frames from pppd, {Bad} bad")]
    public static partial void LineClosed(ILogger logger, long frames, long bad);

    [LoggerMessage(1212, LogLevel.Debug, "pppd asks for its line and gets {Line}")]
    public static partial void LineAsked(ILogger logger, string line);

    [LoggerMessage(1213, LogLevel.Debug, "waiting for a plugin of pppd on {Path}")]
    public static partial void KeySocket(ILogger logger, string path);

    [LoggerMessage(1214, LogLevel.Debug, "a plugin of pppd has told the keys ({Bytes} bytes each)")]
    public static partial void KeysCame(ILogger logger, int bytes);

    [LoggerMessage(1215, LogLevel.Warning, "a call of a plugin of pppd failed: {Reason}")]
    public static partial void KeyCallFailed(ILogger logger, string reason);

    [LoggerMessage(1211, LogLevel.Error, "supervision of pppd failed")]
    public static partial void SupervisionFailed(ILogger logger, Exception exception);

    [LoggerMessage(1217, LogLevel.Warning, "pppd {Version} cannot do what the profile's {Keys} asks for: the EAP server is checked without it (pppd 2.5 can)")]
    public static partial void CannotVerify(ILogger logger, string version, string keys);

    [LoggerMessage(1216, LogLevel.Warning, "pppd also takes '{Options}' from {Path}: if the connection fails, try without")]
    public static partial void SystemOptions(this ILogger logger, string options, string path);
}
