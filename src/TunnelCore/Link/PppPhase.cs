namespace TunnelCore.Link;

/// <summary>Phases of a PPP link, with pppd's numbers (pppd.h; the same in 2.4 and 2.5).</summary>
public enum PppPhase
{
    Dead = 0,
    Initialize = 1,
    SerialConn = 2,
    Dormant = 3,
    Establish = 4,
    Authenticate = 5,
    Callback = 6,
    Network = 7,
    Running = 8,
    Terminate = 9,
    Disconnect = 10,
    HoldOff = 11,
    Master = 12,
}
