namespace NmPlugin.Profile;

/// <summary>NMSettingSecretFlags: who keeps a secret.</summary>
[Flags]
internal enum SecretFlags
{
    /// <summary>Stored with the profile.</summary>
    None = 0,
    AgentOwned = 1,
    NotSaved = 2,
    NotRequired = 4,
}
