namespace TunnelCore.Pppd;

/// <summary>pppd's exit statuses (pppd(8), EXIT STATUS).</summary>
internal enum PppdStatus
{
    Ok = 0,
    FatalError = 1,
    OptionError = 2,
    NotRoot = 3,
    NoKernelSupport = 4,
    UserRequest = 5,
    LockFailed = 6,
    OpenFailed = 7,
    ConnectFailed = 8,
    PtyCommandFailed = 9,
    NegotiationFailed = 10,
    PeerAuthFailed = 11,
    IdleTimeout = 12,
    ConnectTime = 13,
    Callback = 14,
    PeerDead = 15,
    Hangup = 16,
    Loopback = 17,
    InitFailed = 18,
    AuthToPeerFailed = 19,
    TrafficLimit = 20,
    NumberRefused = 21,
    Crashed = 127,
}
