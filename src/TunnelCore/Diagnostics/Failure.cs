namespace TunnelCore.Diagnostics;

/// <summary>Why an attempt or a tunnel ended: a row of <see cref="CauseTable"/> with the concrete detail.</summary>
/// <param name="Cause">The row.</param>
/// <param name="Detail">What exactly: address, names, status, server's words (already made printable); "" when there is none.</param>
public sealed record Failure(Cause Cause, string Detail = "")
{
    public CauseInfo Info => CauseTable.Get(Cause);

    /// <summary>The sentence for the user, with the detail and, when there is one, the remedy.</summary>
    public string Sentence => Info.Describe(Detail);

    public override string ToString() => $"{Info.Code}: {Sentence}";
}
