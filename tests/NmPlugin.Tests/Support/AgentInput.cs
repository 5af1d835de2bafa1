using System.Text;

namespace NmPlugin.Tests.Support;

/// <summary>What agents write to a dialog's standard input, in the shape of each of them.</summary>
internal static class AgentInput
{
    public static readonly (string Key, string Value)[] Base = [("gateway", "vpn.example.org"), ("user", "bob"), ("connection-type", "password"), ("password-flags", "1")];

    public static (string Key, string Value)[] With(params (string Key, string Value)[] data) => [.. Base.Where(p => !data.Any(d => d.Key == p.Key)), .. data];

    /// <summary>nmcli and nmtui: line breaks as continuation lines.</summary>
    public static string Nmcli((string Key, string Value)[] data, params (string Key, string Value)[] secrets) =>
        Pairs(data, secrets, "\n\n", value => value.Replace("\n", "\n=", StringComparison.Ordinal)) + "DONE\nQUIT\n";

    /// <summary>GNOME Shell, with an external window: line breaks as they are, no QUIT.</summary>
    public static string Shell((string Key, string Value)[] data, params (string Key, string Value)[] secrets) =>
        Pairs(data, secrets, "\n\n", value => value) + "DONE\n\n";

    /// <summary>nm-applet: no blank lines, line breaks as blanks.</summary>
    public static string Applet((string Key, string Value)[] data, params (string Key, string Value)[] secrets) =>
        Pairs(data, secrets, "\n", value => value.Replace('\n', ' ')) + "DONE\n\nQUIT\n\n";

    private static string Pairs((string Key, string Value)[] data, (string Key, string Value)[] secrets, string end, Func<string, string> write)
    {
        var text = new StringBuilder();
        foreach ((string kind, (string key, string value)) in data.Select(p => ("DATA", p)).Concat(secrets.Select(p => ("SECRET", p))))
        {
            text.Append($"{kind}_KEY={write(key)}\n{kind}_VAL={write(value)}{end}");
        }
        return text.ToString();
    }
}
