using System.Globalization;
using TunnelCli.Logging;

namespace TunnelCli.Pptp;

/// <summary>Fragments that scripts around pptp look for in its log, beside our own words for the same events.</summary>
internal static class PptpLegacyText
{
    private const int Calling = 1150;
    private const int Sending = 1151;
    private const int CallUp = 1154;
    private const int Received = 1167;

    /// <summary>What else is to be said on an event. Remembers our call ID, which comes before the server's.</summary>
    public static IEnumerable<string> Of(LogRecord record, ref object? callId)
    {
        switch (record.EventId)
        {
            case Calling:
                callId = record["CallId"];
                return [];
            case Sending when Equals(record["Message"], "OutgoingCallRequest"):
                return ["Client connection established."];
            case CallUp:
                return [string.Create(CultureInfo.InvariantCulture, $"Outgoing call established (call ID {callId}, peer's call ID {record["ServerCallId"]}).")];
            case Received:
                return record["Message"]?.ToString() switch
                {
                    "CallDisconnectNotify" => ["Call disconnect notification received."],
                    "StopControlConnectionRequest" => ["Received Stop Control Connection Request."],
                    "EchoReply" => ["Echo Reply received."],
                    _ => [],
                };
            default:
                return [];
        }
    }
}
