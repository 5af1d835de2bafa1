namespace TunnelCli.Options;

/// <summary>
/// Reads a command line by a table of options, like getopt_long with permutation: options and words may be mixed, "--" ends the
/// options, values follow as the next word or after '=', unambiguous prefixes of names are enough.
/// </summary>
internal sealed class OptionParser<T>(IReadOnlyList<OptionRow<T>> rows, OptionGrammar grammar)
{
    private readonly List<string> _words = [];
    private readonly List<string> _warnings = [];

    /// <exception cref="OptionException">The command line cannot be understood.</exception>
    public CommandLine Parse(IReadOnlyList<string> arguments, T draft)
    {
        for (int at = 0; at < arguments.Count; at++)
        {
            string argument = arguments[at];
            if (argument == "--")
            {
                _words.AddRange(arguments.Skip(at + 1));
                break;
            }

            if (argument.Length < 2 || argument[0] != '-')
            {
                _words.Add(argument);
                continue;
            }

            (OptionRow<T> row, string? value) = argument[1] == '-' ? Long(argument[2..]) : (Short(argument), null);
            row.Apply(draft, Value(row, value, arguments, ref at));
        }

        return new CommandLine(_words, _warnings);
    }

    private (OptionRow<T> Row, string? Value) Long(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? text : text[..equals];
        return (Find(name), equals < 0 ? null : text[(equals + 1)..]);
    }

    private OptionRow<T> Short(string argument) =>
        (argument.Length == 2 ? rows.FirstOrDefault(row => row.Short == argument[1]) : null)
        ?? throw Wrong($"unknown option {Shown(argument)} (options of pppd that begin with '-' follow a word '--')");

    /// <summary>An own option never takes a prefix from one that the program always had.</summary>
    private OptionRow<T> Find(string name)
    {
        if (rows.FirstOrDefault(row => row.Answers(name)) is { } exact)
        {
            return exact;
        }

        foreach (bool real in (ReadOnlySpan<bool>)[true, false])
        {
            OptionRow<T>[] fitting = [.. rows.Where(row => IsReal(row) == real && name.Length > 0 && row.MayMean(name))];
            switch (fitting.Length)
            {
                case 0:
                    continue;
                case 1:
                    return fitting[0];
            }

            if (!grammar.FirstOfAmbiguous)
            {
                throw Wrong($"--{Shown(name)} may mean {string.Join(" or ", fitting.Select(row => "--" + row.Name))}");
            }

            _warnings.Add($"--{Shown(name)} may mean several options; taken as --{fitting[0].Name}");
            return fitting[0];
        }

        throw Wrong($"unknown option --{Shown(name)}");
    }

    private string Value(OptionRow<T> row, string? given, IReadOnlyList<string> arguments, ref int at)
    {
        switch (row.Argument)
        {
            case OptionArgument.None:
                return given is null ? "" : throw Wrong($"--{row.Name} takes no value");
            case OptionArgument.Required when given is null && at + 1 == arguments.Count:
                throw Wrong($"--{row.Name} needs a value");
            case OptionArgument.Required:
                return given ?? arguments[++at];
        }

        bool takesNext = at + 1 < arguments.Count && arguments[at + 1].Length > 0
            && (row.Argument == OptionArgument.PathIfAny ? arguments[at + 1][0] == '/' : arguments[at + 1][0] != '-');
        return given ?? (takesNext ? arguments[++at] : "");
    }

    private static bool IsReal(OptionRow<T> row) => row.Standing is OptionStanding.Real or OptionStanding.Hidden;

    /// <summary>A mistyped line may hold anything; what is shown of it stays short and in one line.</summary>
    private static string Shown(string text) => TunnelCore.Diagnostics.PrintableText.From(text, 40);

    private OptionException Wrong(string message) => new(message, grammar.UsageStatus);
}
