namespace NmPlugin.Plugin;

/// <summary>The error names that NetworkManager knows, below org.freedesktop.NetworkManager.VPN.Error.</summary>
internal enum VpnError
{
    Failed,
    StartingInProgress,
    AlreadyStarted,
    StoppingInProgress,
    AlreadyStopped,
    WrongState,
    BadArguments,
    LaunchFailed,
    InvalidConnection,
    InteractiveNotSupported,
}
