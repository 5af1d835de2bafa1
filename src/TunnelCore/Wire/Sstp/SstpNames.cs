using System.Globalization;

namespace TunnelCore.Wire.Sstp;

/// <summary>The specification's names for numbers on the wire, for texts. Unknown numbers are shown as numbers.</summary>
internal static class SstpNames
{
    private static readonly string[] s_statuses =
    [
        "no error",
        "duplicate attribute",
        "unrecognized attribute",
        "invalid attribute value length",
        "value not supported",
        "unaccepted frame received",
        "retry count exceeded",
        "invalid frame received",
        "negotiation timeout",
        "attribute not supported in message",
        "required attribute missing",
        "status info not supported in message",
    ];

    private static readonly string[] s_attributes =
        ["no attribute", "Encapsulated Protocol ID", "Status Info", "Crypto Binding", "Crypto Binding Request"];

    private static readonly string[] s_messages =
    [
        "message type 0", "Call Connect Request", "Call Connect Ack", "Call Connect Nak", "Call Connected", "Call Abort",
        "Call Disconnect", "Call Disconnect Ack", "Echo Request", "Echo Response",
    ];

    public static string Of(SstpStatus status) => NameOrNumber(s_statuses, (uint)status, "status");

    public static string Of(SstpAttributeId attribute) => NameOrNumber(s_attributes, (uint)attribute, "attribute");

    public static string Of(SstpMessageType type) => NameOrNumber(s_messages, (uint)type, "message type");

    private static string NameOrNumber(string[] names, uint number, string kind) =>
        number < names.Length ? names[number] : string.Create(CultureInfo.InvariantCulture, $"{kind} 0x{number:X}");
}
