namespace TunnelCore.Sstp;

/// <summary>States of an SSTP client call (MS-SSTP 3.2.1), the columns of the machine's table in this order.</summary>
internal enum SstpPhase
{
    RequestSent,
    AckReceived,
    Connected,

    /// <summary>We sent Call Abort.</summary>
    AbortPending,

    /// <summary>Both sides sent Call Abort.</summary>
    AbortTimeout,

    /// <summary>We sent Call Disconnect.</summary>
    DisconnectAckPending,

    /// <summary>We acknowledged the server's Call Disconnect.</summary>
    DisconnectTimeout,

    /// <summary>Before the call and after it.</summary>
    Disconnected,
}
