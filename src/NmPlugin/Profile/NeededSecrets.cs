using TunnelCore.Diagnostics;

namespace NmPlugin.Profile;

/// <summary>NeedSecrets: does the profile lack a secret that it cannot connect without?</summary>
internal static class NeededSecrets
{
    /// <summary>NetworkManager's word for "ask for the secrets of the vpn setting".</summary>
    private const string Vpn = "vpn";

    /// <returns>"vpn" when a secret is missing, "" when NetworkManager may go on to Connect.</returns>
    /// <remarks>
    /// Only what decides about secrets is looked at: the rest is judged by Connect, whose error text says what is wrong, while an
    /// error here only shows as "no valid secrets". For the same reason nothing is asked for a login that Connect will refuse.
    /// </remarks>
    /// <exception cref="TunnelException">BadKey for an unknown connection-type.</exception>
    public static string Check(ConnectionSettings connection, ProfileKeyTable keys)
    {
        var draft = new ProfileDraft();
        keys.Find("connection-type")?.Apply(draft, connection.Data.GetValueOrDefault("connection-type", ""));
        return draft.Login == LoginMethod.Password && IsMissing(connection, "password") ? Vpn : "";
    }

    /// <summary>An empty secret counts as none; "not required" makes either enough.</summary>
    private static bool IsMissing(ConnectionSettings connection, string secret) =>
        connection.Secrets.GetValueOrDefault(secret, "").Length == 0
        && !SecretFlagsParser.Parse(connection.Data.GetValueOrDefault($"{secret}-flags")).HasFlag(SecretFlags.NotRequired);
}
