namespace TestServers.Sstp;

/// <summary>How a server can end a call, or stop serving it.</summary>
internal enum ServerAction
{
    None,
    Abort,
    Disconnect,
    CloseNotify,
    Fin,
    Reset,
    Silence,
}
