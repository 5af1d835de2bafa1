namespace NmPlugin.Logging;

/// <summary>Where log lines go.</summary>
internal enum LogTarget
{
    StandardOutput,
    StandardError,

    /// <summary>Standard error, each line with its priority in front, for systemd's journal.</summary>
    Journal,
}
