namespace NmPlugin.Profile;

/// <summary>A line "key = value" of a settings file.</summary>
/// <param name="Place">file:line, for complaints.</param>
/// <param name="Section">The heading that it stands under.</param>
/// <param name="Key">Before the "=".</param>
/// <param name="Value">After it, without blanks around.</param>
internal sealed record SettingsEntry(string Place, SettingsSection Section, string Key, string Value);
