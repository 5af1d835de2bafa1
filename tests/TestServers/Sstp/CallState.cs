namespace TestServers.Sstp;

internal enum CallState
{
    /// <summary>TLS and HTTP.</summary>
    Opening,
    WaitRequest,

    /// <summary>PPP negotiates; Call Connected is awaited.</summary>
    WaitConnected,
    Connected,
    Closing,
}
