using System.Text;

namespace TunnelCli.Options;

/// <summary>The options of a program in words: for --help, and for the list in its manual page.</summary>
internal static class OptionHelp
{
    private const int HelpColumn = 26;

    /// <summary>Lines "  --name VALUE   what it does".</summary>
    public static string Lines<T>(IEnumerable<OptionRow<T>> rows)
    {
        StringBuilder text = new();
        foreach (OptionRow<T> row in rows.Where(row => row.IsShown))
        {
            string name = $"  --{row.Name}{(row.Value is null ? "" : " " + row.Value)}";
            text.Append(name.PadRight(HelpColumn)).Append(name.Length >= HelpColumn ? " " : "").Append(row.Help).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>The list of a manual page: a .TP per option.</summary>
    public static string Roff<T>(IEnumerable<OptionRow<T>> rows)
    {
        StringBuilder text = new();
        foreach (OptionRow<T> row in rows.Where(row => row.Standing is not (OptionStanding.Hidden or OptionStanding.Internal)))
        {
            IEnumerable<string> names = [.. row.Short is { } letter ? [$"-{letter}"] : (string[])[], $"--{row.Name}", .. row.Aliases.Select(alias => "--" + alias)];
            text.Append(".TP\n").AppendJoin(", ", names.Select(name => $"\\fB{Escape(name)}\\fR"));
            if (row.Value is { } value)
            {
                string slot = $"\\fI{Escape(value)}\\fR";
                text.Append(row.Argument == OptionArgument.Required ? $" {slot}" : $" [{slot}]");
            }

            text.Append('\n').Append(Escape(row.Help)).Append(".\n");
        }

        return text.ToString();
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
}
