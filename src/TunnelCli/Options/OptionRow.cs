namespace TunnelCli.Options;

/// <summary>One option of a program: everything that parsing, --help and the manual page say about it.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">Name of its value in the help; null = it takes none.</param>
/// <param name="Help">One line.</param>
/// <param name="Apply">Puts it into the draft; throws <see cref="OptionException"/> for a bad value. The value is "" where there is none.</param>
internal sealed record OptionRow<T>(string Name, string? Value, string Help, Action<T, string> Apply)
{
    public OptionStanding Standing { get; init; } = OptionStanding.Real;

    public OptionArgument Argument { get; init; } = Value is null ? OptionArgument.None : OptionArgument.Required;

    /// <summary>Other spellings, without the dashes.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The spelling with one dash.</summary>
    public char? Short { get; init; }

    public bool IsShown => Standing is not (OptionStanding.Hidden or OptionStanding.Internal or OptionStanding.Refused);

    public bool Answers(string name) => Name == name || Aliases.Contains(name);

    public bool MayMean(string prefix) =>
        Name.StartsWith(prefix, StringComparison.Ordinal) || Aliases.Any(alias => alias.StartsWith(prefix, StringComparison.Ordinal));
}
