using Microsoft.Extensions.Logging;

namespace TunnelCore.Transport;

/// <summary>Log messages of the room, events 1100+. No frame contents, no keys.</summary>
internal static partial class TransportLog
{
    [LoggerMessage(1100, LogLevel.Information, "SSTP call to {Server}, correlation id {CorrelationId}")]
    public static partial void Calling(this ILogger logger, string server, string correlationId);

    [LoggerMessage(1101, LogLevel.Warning, "The HTTP answer has an odd Content-Length ({Value}); going on")]
    public static partial void OddContentLength(this ILogger logger, string value);

    [LoggerMessage(1102, LogLevel.Debug, "Sending {Message}")]
    public static partial void Sending(this ILogger logger, string message);

    [LoggerMessage(1103, LogLevel.Debug, "Received {Message} with {Attributes} attributes")]
    public static partial void Received(this ILogger logger, string message, int attributes);

    [LoggerMessage(1104, LogLevel.Debug, "{Note}")]
    public static partial void Note(this ILogger logger, string note);

    [LoggerMessage(1105, LogLevel.Information, "The server accepted the SSTP call")]
    public static partial void Negotiated(this ILogger logger);

    [LoggerMessage(1106, LogLevel.Debug, "The SSTP call ends: {Failure}")]
    public static partial void Ending(this ILogger logger, string failure);

    [LoggerMessage(1107, LogLevel.Warning, "{Message} dropped: the server does not read")]
    public static partial void ControlDropped(this ILogger logger, string message);

    [LoggerMessage(1108, LogLevel.Warning, "The downlink is still busy {Seconds} s after the connection was cut")]
    public static partial void DownlinkBusy(this ILogger logger, double seconds);
}
