namespace NmPlugin.Plugin;

/// <summary>NMVpnServiceState.</summary>
internal enum VpnServiceState : uint
{
    Unknown = 0,
    Init = 1,
    Shutdown = 2,
    Starting = 3,
    Started = 4,
    Stopping = 5,
    Stopped = 6,
}
