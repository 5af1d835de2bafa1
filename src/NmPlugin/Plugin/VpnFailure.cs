namespace NmPlugin.Plugin;

/// <summary>NMVpnPluginFailure.</summary>
internal enum VpnFailure : uint
{
    LoginFailed = 0,
    ConnectFailed = 1,
    BadIpConfig = 2,
}
