namespace NmPlugin.Dialog;

/// <summary>What a dialog answers to its caller.</summary>
/// <param name="Title">Of the window.</param>
/// <param name="Description">Above the fields.</param>
/// <param name="Prompts">The secrets that the profile uses; or one pseudo secret, because an agent takes no answer for a failure.</param>
internal sealed record DialogAnswer(string Title, string Description, IReadOnlyList<SecretPrompt> Prompts)
{
    public bool Asks => Prompts.Any(prompt => prompt.ShouldAsk);
}
