using System.Globalization;
using Microsoft.Extensions.Logging;

namespace NmPlugin.Logging;

/// <summary>How much is logged, and in which shape.</summary>
/// <param name="Minimum">Messages below it are dropped.</param>
/// <param name="Target">Where the lines go.</param>
internal sealed record LogSettings(LogLevel Minimum, LogTarget Target)
{
    /// <summary>The syslog level "notice": NetworkManager's INFO.</summary>
    private const int DefaultLevel = 5;

    private const int DebugLevel = 6;

    /// <summary>PPP negotiation shall be logged too.</summary>
    public bool IsDebug => Minimum <= LogLevel.Debug;

    /// <param name="debugOption">--debug was given.</param>
    /// <param name="environment">Reads an environment variable.</param>
    public static LogSettings Read(bool debugOption, Func<string, string?> environment)
    {
        bool debug = debugOption || environment("NM_PPP_DEBUG") is not null;
        bool isSet = int.TryParse(environment("NM_VPN_LOG_LEVEL"), NumberStyles.None, CultureInfo.InvariantCulture, out int level) && level <= 7;
        int effective = isSet ? level : debug ? DebugLevel : DefaultLevel;
        return new LogSettings(ToLogLevel(effective), ToTarget(environment));
    }

    /// <summary>
    /// NetworkManager in the foreground: its stdout. Otherwise stderr, which the journal reads; there a line may begin with its
    /// priority (sd-daemon(3)).
    /// </summary>
    private static LogTarget ToTarget(Func<string, string?> environment) => environment("NM_VPN_LOG_SYSLOG") switch
    {
        "0" => LogTarget.StandardOutput,
        "1" when environment("JOURNAL_STREAM") is not null => LogTarget.Journal,
        _ => LogTarget.StandardError,
    };

    /// <summary>Syslog numbers as NetworkManager uses them: 3 error, 4 warning, 5 info, 6 debug, 7 trace, 0 nothing.</summary>
    private static LogLevel ToLogLevel(int syslog) => syslog switch
    {
        0 => LogLevel.None,
        1 or 2 => LogLevel.Critical,
        3 => LogLevel.Error,
        4 => LogLevel.Warning,
        5 => LogLevel.Information,
        6 => LogLevel.Debug,
        _ => LogLevel.Trace,
    };
}
