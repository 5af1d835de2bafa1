using Microsoft.Extensions.Logging;

namespace TunnelCli.Logging;

/// <summary>The levels of sstpc: 0 errors, 1 warnings, 2 what happens, 3 details, 4 control packets, 5 PPP frames, 6 their bytes.</summary>
internal static class LegacyLevel
{
    public const int Packets = 4;
    public const int Frames = 5;
    public const int Bytes = 6;

    /// <summary>Events whose level says more than that of their message.</summary>
    private static readonly Dictionary<int, int> s_events = new()
    {
        [1102] = Packets, // a control message is sent
        [1103] = Packets, // one is received
        [1315] = Frames,
        [1316] = Bytes,
    };

    public static int Of(LogLevel level, int eventId) => s_events.TryGetValue(eventId, out int own) ? own : level switch
    {
        LogLevel.Critical or LogLevel.Error => 0,
        LogLevel.Warning => 1,
        LogLevel.Information => 2,
        LogLevel.Debug => 3,
        _ => Frames,
    };

    /// <summary>The lowest of .NET's levels that may be written at this one.</summary>
    public static LogLevel Minimum(int level) => level switch
    {
        0 => LogLevel.Error,
        1 => LogLevel.Warning,
        2 => LogLevel.Information,
        3 or 4 => LogLevel.Debug,
        _ => LogLevel.Trace,
    };
}
