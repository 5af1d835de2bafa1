namespace NmPlugin.Profile;

/// <summary>A row of <see cref="NeededSecrets"/>: a secret that profiles can need.</summary>
/// <param name="Name">As in vpn.secrets; its flags are in vpn.data under the same name with "-flags".</param>
/// <param name="Label">What a dialog writes beside the field.</param>
/// <param name="Feature">The key of the profile that brings the need.</param>
/// <param name="Wanted">Whether a profile with these keys uses the secret.</param>
internal sealed record NeededSecret(string Name, string Label, string Feature, Func<ProfileDraft, bool> Wanted)
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

    /// <summary>Unknown, and the profile cannot do without it.</summary>
    public bool IsMissing(ConnectionSettings connection) => Known(connection).Length == 0 && !Flags(connection).HasFlag(SecretFlags.NotRequired);
}
