namespace TunnelCore.Diagnostics;

/// <summary>A row of the table of causes.</summary>
/// <param name="Cause">Key.</param>
/// <param name="Code">Stable code for scripts and searches, never reused for something else.</param>
/// <param name="Sentence">The user's words; {0} stands for the detail.</param>
/// <param name="Remedy">What the user can do, or null.</param>
/// <param name="Kind">What a VPN service reports.</param>
/// <param name="ExitStatus">Exit status of the programs (sstpc's 0, 254, 255; pptp's 0, 1).</param>
public sealed record CauseInfo(Cause Cause, string Code, string Sentence, string? Remedy, FailureKind Kind, int ExitStatus)
{
    /// <summary>Sentence with detail and remedy, one line; without a detail the empty brackets go too.</summary>
    public string Describe(string detail)
    {
        string text = detail.Length == 0
            ? Sentence.Replace(" ({0})", "", StringComparison.Ordinal).Replace(": {0}", "", StringComparison.Ordinal)
            : Sentence;
        text = text.Replace("{0}", detail, StringComparison.Ordinal);
        return Remedy is null ? text : $"{text} {Remedy}";
    }
}
