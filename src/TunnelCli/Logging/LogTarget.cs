namespace TunnelCli.Logging;

/// <summary>Where a program's log lines go.</summary>
internal enum LogTarget
{
    Syslog,
    StandardError,
    StandardOutput,
}
