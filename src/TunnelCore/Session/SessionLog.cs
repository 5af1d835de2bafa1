using Microsoft.Extensions.Logging;
using TunnelCore.Link;

namespace TunnelCore.Session;

internal static partial class SessionLog
{
    [LoggerMessage(1300, LogLevel.Debug, "Taking the tunnel down: {Code}")]
    public static partial void Ending(this ILogger logger, string code);

    [LoggerMessage(1301, LogLevel.Debug, "The tunnel is down: {Code}")]
    public static partial void Ended(this ILogger logger, string code);

    [LoggerMessage(1302, LogLevel.Error, "Unexpected error in the tunnel")]
    public static partial void Defect(this ILogger logger, Exception exception);

    [LoggerMessage(1303, LogLevel.Debug, "PPP phase {Phase}")]
    public static partial void PppPhase(this ILogger logger, PppPhase phase);

    [LoggerMessage(1304, LogLevel.Information, "The server does no IPv6 in the tunnel")]
    public static partial void NoIp6(this ILogger logger);

    [LoggerMessage(1315, LogLevel.Trace, "PPP {Direction}: {What}, {Length} bytes")]
    public static partial void Frame(this ILogger logger, string direction, string what, int length);

    [LoggerMessage(1316, LogLevel.Trace, "  {Bytes}")]
    public static partial void FrameBytes(this ILogger logger, string bytes);

    [LoggerMessage(1317, LogLevel.Information, "A route to {Server} beside the tunnel is set")]
    public static partial void RouteAdded(this ILogger logger, System.Net.IPAddress server);

    [LoggerMessage(1318, LogLevel.Warning, "The route to the server cannot be removed: {Reason}")]
    public static partial void RouteLeft(this ILogger logger, string reason);

    [LoggerMessage(1319, LogLevel.Warning, "No route of its own to the server: {Reason}")]
    public static partial void NoRoute(this ILogger logger, string reason);

    [LoggerMessage(1305, LogLevel.Information, "The server's address in the tunnel is {Peer}, the one that the tunnel leads to; the route into the tunnel was removed: {Removed}")]
    public static partial void PeerIsServer(this ILogger logger, System.Net.IPAddress peer, bool removed);
}
