using System.Globalization;

namespace NmPlugin.Profile;

/// <summary>Reads "password-flags" and its like.</summary>
internal static class SecretFlagsParser
{
    /// <summary>NetworkManager takes what it cannot read as 0; so do we.</summary>
    public static SecretFlags Parse(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? (SecretFlags)value & (SecretFlags.AgentOwned | SecretFlags.NotSaved | SecretFlags.NotRequired)
            : SecretFlags.None;
}
