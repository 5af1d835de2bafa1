namespace TunnelCore.Diagnostics;

/// <summary>What kind of failure a caller sees; the three kinds that a VPN service can report, or none.</summary>
public enum FailureKind
{
    /// <summary>An end that is no failure: the user stopped, the peer ended an established tunnel.</summary>
    None,

    /// <summary>User name, password, certificate or account were refused.</summary>
    LoginFailed,

    /// <summary>No connection came about, or it broke.</summary>
    ConnectFailed,

    /// <summary>The tunnel came up without a usable address.</summary>
    BadIpConfig,
}
