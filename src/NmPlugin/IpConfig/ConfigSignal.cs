namespace NmPlugin.IpConfig;

/// <summary>The three configuration signals, named as on the bus.</summary>
internal enum ConfigSignal
{
    Config,
    Ip4Config,
    Ip6Config,
}
