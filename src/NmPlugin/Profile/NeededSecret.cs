using TunnelCore.Diagnostics;

namespace NmPlugin.Profile;

/// <summary>A row of <see cref="NeededSecrets"/>: a secret that profiles can need.</summary>
/// <param name="Name">As in vpn.secrets; its flags are in vpn.data under the same name with "-flags".</param>
/// <param name="Label">What a dialog writes beside the field.</param>
/// <param name="Feature">The key of the profile that brings the need.</param>
/// <param name="Wanted">Whether a profile with these keys uses the secret.</param>
/// <param name="RefusedBy">What an attempt ends with when the secret was wrong; another one may help then.</param>
internal sealed record NeededSecret(string Name, string Label, string Feature, Func<ProfileDraft, bool> Wanted, params Cause[] RefusedBy)
{
    /// <summary>
    /// The profile uses it, and Connect will not refuse the profile for a feature that is not there yet: nobody shall be asked for
    /// a secret only to read afterwards that it was of no use.
    /// </summary>
    public bool IsUsed(ProfileDraft draft) => Wanted(draft) && ProfileKeys.Find(Feature)!.NotYet?.Asked(draft) is not true;

    public SecretFlags Flags(ConnectionSettings connection) => SecretFlagsParser.Parse(connection.Data.GetValueOrDefault($"{Name}-flags"));

    /// <returns>"" when it is unknown; an empty secret counts as none.</returns>
    public string Known(ConnectionSettings connection)
    {
        string secret = connection.Secrets.GetValueOrDefault(Name, "");
        return secret.Length == 0 && ProfileKeys.Find(Name)!.Place.HasFlag(KeyPlace.Data) ? connection.Data.GetValueOrDefault(Name, "") : secret;
    }

    /// <summary>An agent keeps it, or asks for it each time; otherwise it is stored with the profile.</summary>
    public bool IsWithAgent(ConnectionSettings connection) => (Flags(connection) & (SecretFlags.AgentOwned | SecretFlags.NotSaved)) != 0;

    /// <summary>Unknown, and the profile cannot do without it.</summary>
    public bool IsMissing(ConnectionSettings connection) => Known(connection).Length == 0 && !Flags(connection).HasFlag(SecretFlags.NotRequired);
}
