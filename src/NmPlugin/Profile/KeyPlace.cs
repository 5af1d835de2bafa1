namespace NmPlugin.Profile;

/// <summary>In which map of the vpn setting a key lives.</summary>
[Flags]
internal enum KeyPlace
{
    Data = 1,
    Secrets = 2,

    /// <summary>A secret that editors are known to store in vpn.data (proxy-password).</summary>
    Both = Data | Secrets,
}
