namespace TunnelCore.Pppd;

/// <summary>
/// Messages of the callback socket between pppd's plugin and us. The table with their fields is in
/// src/PppdCallback/callback-protocol.h; same names, same numbers.
/// </summary>
internal enum CallbackMessageType : ushort
{
    Hello = 1,
    Start = 2,
    Phase = 3,
    NeedSecret = 4,
    Secret = 5,
    NoSecret = 6,
    Authenticated = 7,
    Continue = 8,
    Ip4 = 9,
    Ip4Down = 10,
    Ip6 = 11,
    Ip6Rejected = 12,
    Ip6Down = 13,
    LinkDown = 14,
    Exit = 15,
    NeedChannel = 16,
    Channel = 17,
    NoChannel = 18,
    Received = 19,
    LcpSent = 20,
}
