namespace NmPlugin.Dialog;

/// <summary>The command line of an auth-dialog, as NetworkManager's agents write it.</summary>
/// <param name="Uuid">-u, --uuid: of the connection.</param>
/// <param name="Name">-n, --name: of the connection.</param>
/// <param name="Service">-s, --service: the VPN service that the connection is for.</param>
internal sealed record DialogOptions(string? Uuid = null, string? Name = null, string? Service = null)
{
    /// <summary>-i, --allow-interaction: the user may be asked.</summary>
    public bool AllowInteraction { get; init; }

    /// <summary>-r, --reprompt: what is known was wrong.</summary>
    public bool Reprompt { get; init; }

    /// <summary>--external-ui-mode: say what is to be asked; the caller has the window.</summary>
    public bool ExternalUi { get; init; }

    public bool Help { get; init; }

    /// <summary>-t, --hint: names of secrets, or messages for the user.</summary>
    public IReadOnlyList<string> Hints { get; init; } = [];

    private sealed record Option(char Letter, string Word, bool TakesValue, Func<DialogOptions, string, DialogOptions> Set);

    private static readonly Option[] s_all =
    [
        new('u', "uuid", true, (o, value) => o with { Uuid = value }),
        new('n', "name", true, (o, value) => o with { Name = value }),
        new('s', "service", true, (o, value) => o with { Service = value }),
        new('t', "hint", true, (o, value) => o with { Hints = [.. o.Hints, value] }),
        new('i', "allow-interaction", false, (o, _) => o with { AllowInteraction = true }),
        new('r', "reprompt", false, (o, _) => o with { Reprompt = true }),
        new('\0', "external-ui-mode", false, (o, _) => o with { ExternalUi = true }),
        new('h', "help", false, (o, _) => o with { Help = true }),
    ];

    /// <summary>
    /// What is unknown is skipped, because callers are newer than dialogs. A value may look like an option; letters may be bundled,
    /// and a value may follow its letter or, after "=", its word.
    /// </summary>
    public static DialogOptions Parse(IReadOnlyList<string> args)
    {
        var options = new DialogOptions();
        for (int i = 0; i < args.Count && args[i] != "--";)
        {
            string arg = args[i++];
            options = arg.StartsWith("--", StringComparison.Ordinal) ? Word(options, arg[2..], args, ref i)
                : arg.StartsWith('-') ? Letters(options, arg, args, ref i)
                : options;
        }
        return options;
    }

    private static DialogOptions Word(DialogOptions options, string text, IReadOnlyList<string> args, ref int next)
    {
        string[] parts = text.Split('=', 2);
        if (Array.Find(s_all, o => o.Word == parts[0]) is not { } option || (!option.TakesValue && parts.Length == 2))
        {
            return options;
        }
        string? value = !option.TakesValue ? "" : parts.Length == 2 ? parts[1] : Next(args, ref next);
        return value is null ? options : option.Set(options, value);
    }

    private static DialogOptions Letters(DialogOptions options, string arg, IReadOnlyList<string> args, ref int next)
    {
        for (int i = 1; i < arg.Length; i++)
        {
            Option? option = arg[i] == '\0' ? null : Array.Find(s_all, o => o.Letter == arg[i]);
            if (option is { TakesValue: true })
            {
                string? value = i + 1 < arg.Length ? arg[(i + 1)..] : Next(args, ref next);
                return value is null ? options : option.Set(options, value);
            }
            options = option?.Set(options, "") ?? options;
        }
        return options;
    }

    private static string? Next(IReadOnlyList<string> args, ref int next) => next < args.Count ? args[next++] : null;
}
