namespace NmPlugin.Dialog;

/// <summary>What the dialog says about one secret.</summary>
/// <param name="Name">As in vpn.secrets.</param>
/// <param name="Label">For the user.</param>
/// <param name="Value">What is known and may be used again; "" otherwise.</param>
/// <param name="IsMissing">There is no such value, and the profile cannot do without.</param>
/// <param name="ShouldAsk">The user is to be asked, with the value as a proposal.</param>
internal sealed record SecretPrompt(string Name, string Label, string Value, bool IsMissing, bool ShouldAsk)
{
    /// <summary>Without the value.</summary>
    public override string ToString() => $"{Name}, missing: {IsMissing}, ask: {ShouldAsk}";
}
