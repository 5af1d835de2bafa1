namespace TunnelCore.Wire.Pptp;

/// <summary>Words for the codes on the wire, each with its number. Unknown numbers are shown as numbers.</summary>
internal static class PptpNames
{
    private const byte GeneralErrorResult = 2;

    private static readonly string[] s_startResults =
    [
        "no result", "ok", "general error", "a control connection from here exists already", "the server refuses this client's address",
        "the server does not support this protocol version",
    ];

    private static readonly string[] s_stopReasons = ["no reason", "no reason", "protocol version not supported", "the server is shutting down"];

    private static readonly string[] s_callResults =
    [
        "no result", "connected", "general error", "no carrier", "busy", "no dial tone", "time-out", "the server does not allow the call",
    ];

    private static readonly string[] s_disconnectResults =
        ["session ended", "session ended", "general error", "session ended by the administrator", "session ended on request"];

    private static readonly string[] s_errors =
    [
        "no error", "no control connection yet", "wrong length or magic", "a field out of range", "no free session or resources",
        "wrong call ID", "error of the server's own",
    ];

    /// <summary>Q.931 causes that dial-in servers send.</summary>
    private static readonly Dictionary<ushort, string> s_causes = new()
    {
        [1] = "unallocated number",
        [16] = "normal clearing",
        [17] = "user busy",
        [18] = "no user responding",
        [19] = "no answer",
        [21] = "call rejected",
        [27] = "destination out of order",
        [28] = "invalid number",
        [31] = "normal, unspecified",
        [34] = "no circuit available",
        [38] = "network out of order",
        [41] = "temporary failure",
        [42] = "congestion",
        [47] = "resource unavailable",
    };

    public static string Of(StartResult result, GeneralError error) => WithError(s_startResults, (byte)result, error);

    public static string Of(CallResult result, GeneralError error, ushort cause) =>
        WithError(s_callResults, (byte)result, error) + Cause(cause);

    public static string Of(DisconnectResult result, GeneralError error, ushort cause) =>
        WithError(s_disconnectResults, (byte)result, error) + Cause(cause);

    public static string Of(StopReason reason) => $"{NameOf(s_stopReasons, (byte)reason)}, reason {(byte)reason}";

    private static string WithError(string[] names, byte result, GeneralError error)
    {
        string text = NameOf(names, result);
        return result == GeneralErrorResult
            ? $"{text}: {NameOf(s_errors, (byte)error)}, result {result}, error {(byte)error}"
            : $"{text}, result {result}";
    }

    private static string Cause(ushort cause) => cause == 0 ? ""
        : s_causes.TryGetValue(cause, out string? name) ? $", cause {cause}: {name}" : $", cause {cause}";

    private static string NameOf(string[] names, byte value) => value < names.Length ? names[value] : "unknown code";
}
