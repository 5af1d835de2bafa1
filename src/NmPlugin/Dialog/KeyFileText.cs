using System.Text;

namespace NmPlugin.Dialog;

/// <summary>Values in GLib's key file format.</summary>
internal static class KeyFileText
{
    /// <summary>
    /// Backslashes and line breaks are escaped, and blanks and tabs at the beginning, which readers would strip. Semicolons stay: only
    /// lists escape them, and a reader of a plain value takes "\;" for an error.
    /// </summary>
    public static StringBuilder AppendKey(this StringBuilder text, string key, string value)
    {
        text.Append(key).Append('=');
        bool leading = true;
        foreach (char c in value)
        {
            _ = (c, leading) switch
            {
                (' ', true) => text.Append("\\s"),
                ('\t', true) => text.Append("\\t"),
                ('\n', _) => text.Append("\\n"),
                ('\r', _) => text.Append("\\r"),
                ('\\', _) => text.Append("\\\\"),
                _ => text.Append(c),
            };
            leading &= c is ' ' or '\t';
        }
        return text.Append('\n');
    }

    public static StringBuilder AppendKey(this StringBuilder text, string key, bool value) => text.AppendKey(key, value ? "true" : "false");
}
