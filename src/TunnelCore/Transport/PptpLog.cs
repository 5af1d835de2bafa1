using Microsoft.Extensions.Logging;

namespace TunnelCore.Transport;

/// <summary>Log messages of PPTP, events 1150+. No frame contents.</summary>
internal static partial class PptpLog
{
    [LoggerMessage(1150, LogLevel.Information, "PPTP call to {Server}, call ID {CallId}")]
    public static partial void PptpCalling(this ILogger logger, string server, ushort callId);

    [LoggerMessage(1151, LogLevel.Debug, "Sending {Message}")]
    public static partial void PptpSending(this ILogger logger, string message);

    [LoggerMessage(1152, LogLevel.Debug, "{Note}")]
    public static partial void PptpNote(this ILogger logger, string note);

    [LoggerMessage(1153, LogLevel.Warning, "{Note}")]
    public static partial void PptpWarning(this ILogger logger, string note);

    [LoggerMessage(1154, LogLevel.Information, "The PPTP call is up, server's call ID {ServerCallId}, path MTU {PathMtu}")]
    public static partial void PptpCallUp(this ILogger logger, ushort serverCallId, int pathMtu);

    [LoggerMessage(1155, LogLevel.Debug, "The PPTP call ends: {Failure}")]
    public static partial void PptpEnding(this ILogger logger, string failure);

    [LoggerMessage(1156, LogLevel.Warning, "{Message} dropped: the server does not read")]
    public static partial void PptpControlDropped(this ILogger logger, string message);

    [LoggerMessage(1157, LogLevel.Information, "GRE: {Error} (further ones of this kind are only counted)")]
    public static partial void GreSoftError(this ILogger logger, string error);

    [LoggerMessage(1158, LogLevel.Information, "The path MTU to the server is now {PathMtu}")]
    public static partial void GrePathMtu(this ILogger logger, int pathMtu);

    [LoggerMessage(1159, LogLevel.Warning, "GRE: {Invalid} invalid and {Truncated} truncated packets so far")]
    public static partial void GreInvalidPackets(this ILogger logger, long invalid, long truncated);

    [LoggerMessage(1160, LogLevel.Debug,
        "GRE: received {Received}, lost {Lost}, late {Late}, too far {Far}, reordered {Reordered}; sent {Sent}, failed {Failed}, acks {Acks}; round trip {RoundTripMs} ms")]
    public static partial void GreSummary(
        this ILogger logger, long received, long lost, long late, long far, long reordered, long sent, long failed, long acks, double roundTripMs);

    [LoggerMessage(1161, LogLevel.Warning, "The downlink is still busy {Seconds} s after the call was closed")]
    public static partial void PptpDownlinkBusy(this ILogger logger, double seconds);

    [LoggerMessage(1167, LogLevel.Debug, "Received {Message}")]
    public static partial void PptpReceived(this ILogger logger, string message);

    [LoggerMessage(1163, LogLevel.Warning,
        "The route to the server has moved from {Home} to {Now}; packets may get lost until it is back")]
    public static partial void PptpRouteMoved(this ILogger logger, string home, string now);

    [LoggerMessage(1164, LogLevel.Information, "The route to the server is back on {Home}")]
    public static partial void PptpRouteBack(this ILogger logger, string home);

    [LoggerMessage(1165, LogLevel.Information, "The kernel carries the packets")]
    public static partial void PptpKernelPath(this ILogger logger);

    [LoggerMessage(1166, LogLevel.Information, "The kernel does not carry the packets, this process does: {Reason}")]
    public static partial void PptpUserPath(this ILogger logger, string reason);

    [LoggerMessage(1162, LogLevel.Information, "Trying once more after {Code}")]
    public static partial void SecondTry(this ILogger logger, string code);
}
