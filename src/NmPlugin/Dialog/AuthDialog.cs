using NmPlugin.Profile;
using TunnelCore.Diagnostics;

namespace NmPlugin.Dialog;

/// <summary>Decides what an auth-dialog says: command line and details of the connection -> answer. No I/O.</summary>
internal static class AuthDialog
{
    private const string MessageHint = "x-vpn-message:";

    /// <summary>Agents know it from the C dialogs, and the service ignores it.</summary>
    private static readonly SecretPrompt s_noSecret = new("no-secret", "", "true", IsMissing: false, ShouldAsk: false);

    /// <param name="options">The command line; name given.</param>
    /// <param name="service">Whose profiles.</param>
    /// <param name="connection">vpn.data and vpn.secrets.</param>
    /// <exception cref="TunnelException">BadKey for an unknown connection-type.</exception>
    public static DialogAnswer Decide(DialogOptions options, VpnService service, ConnectionSettings connection)
    {
        HashSet<NeededSecret> used = [.. NeededSecrets.Used(service, connection)];
        List<SecretPrompt> prompts = [];
        foreach (NeededSecret secret in service.Secrets)
        {
            // The service hints at what it lacks: then it knows better than the profile.
            bool hinted = options.Hints.Contains(secret.Name);
            if (hinted || used.Contains(secret))
            {
                prompts.Add(Prompt(secret, hinted, options, connection));
            }
        }
        bool needed = prompts.Exists(prompt => prompt.ShouldAsk || prompt.IsMissing || prompt.Value.Length > 0);
        string description = options.Hints.LastOrDefault(IsMessage)?[MessageHint.Length..]
            ?? (needed ? $"A password is needed for the VPN connection '{options.Name}'." : $"The VPN connection '{options.Name}' needs no password.");
        return new DialogAnswer($"VPN {options.Name}", description, needed ? prompts : [s_noSecret]);
    }

    private static bool IsMessage(string hint) =>
        hint.StartsWith(MessageHint, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(hint[MessageHint.Length..]);

    private static SecretPrompt Prompt(NeededSecret secret, bool hinted, DialogOptions options, ConnectionSettings connection)
    {
        SecretFlags flags = secret.Flags(connection);
        // What must not be saved must not come back either, wherever it was found.
        string value = flags.HasFlag(SecretFlags.NotSaved) ? "" : secret.Known(connection);
        bool required = !flags.HasFlag(SecretFlags.NotRequired);
        bool missing = required && value.Length == 0;
        bool ask = hinted || missing || (required && options.Reprompt);
        return new SecretPrompt(secret.Name, secret.Label, value, missing, ask && options.AllowInteraction);
    }
}
