namespace NmPlugin.Profile;

/// <summary>A feature that a key can ask for and that this version lacks.</summary>
/// <param name="What">In the user's words.</param>
/// <param name="Asked">Whether the profile really asks for it; a value that means "off" does not.</param>
internal sealed record NotYet(string What, Func<ProfileDraft, bool> Asked);
