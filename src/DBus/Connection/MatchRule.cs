using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>Which messages one wants (D-Bus specification, "Match Rules"). What is null matches anything.</summary>
public sealed class MatchRule
{
    public MessageType? Type { get; set; }

    public string? Sender { get; set; }

    public string? Interface { get; set; }

    public string? Member { get; set; }

    public string? Path { get; set; }

    public string? PathNamespace { get; set; }

    public string? Destination { get; set; }

    public string? Arg0 { get; set; }

    public string? Arg0Path { get; set; }

    public string? Arg0Namespace { get; set; }

    /// <summary>The rule as the bus wants it.</summary>
    public override string ToString()
    {
        string? type = Type switch
        {
            MessageType.MethodCall => "method_call",
            MessageType.MethodReturn => "method_return",
            MessageType.Error => "error",
            MessageType.Signal => "signal",
            _ => null,
        };
        ReadOnlySpan<(string Key, string? Value)> parts =
        [
            ("type", type),
            ("sender", Sender),
            ("interface", Interface),
            ("member", Member),
            ("path", Path),
            ("path_namespace", PathNamespace),
            ("destination", Destination),
            ("arg0", Arg0),
            ("arg0path", Arg0Path),
            ("arg0namespace", Arg0Namespace),
        ];
        var rule = new StringBuilder();
        foreach ((string key, string? value) in parts)
        {
            if (value is not null)
            {
                rule.Append(rule.Length > 0 ? "," : "").Append(key).Append('=');
                AppendValue(rule, value);
            }
        }

        return rule.ToString();
    }

    /// <summary>A comma counts as text only inside quotes, an apostrophe only outside of them and behind a backslash.</summary>
    private static void AppendValue(StringBuilder rule, string value)
    {
        string[] pieces = value.Split('\'');
        for (int i = 0; i < pieces.Length; i++)
        {
            rule.Append(i > 0 ? "\\'" : "");
            rule.Append(pieces[i].AsSpan().ContainsAny(',', '\\') ? $"'{pieces[i]}'" : pieces[i]);
        }
    }

    internal MatchRule Copy() => (MatchRule)MemberwiseClone();

    /// <summary>Everything but the sender, whose name may be a well-known one.</summary>
    internal bool MatchesContent(Message message)
        => (Type is null || Type == message.MessageType)
            && (Interface is null || Interface == message.InterfaceAsString)
            && (Member is null || Member == message.MemberAsString)
            && (Path is null || Path == message.PathAsString)
            && (PathNamespace is null || IsUnder(message.PathAsString, PathNamespace, '/'))
            && (Destination is null || Destination == message.DestinationAsString)
            && ((Arg0 ?? Arg0Path ?? Arg0Namespace) is null || MatchesArgument(message));

    private bool MatchesArgument(Message message)
    {
        Reader reader = message.GetBodyReader();
        switch (message.Signature)
        {
            case [(byte)'s', ..]:
                string text = reader.ReadString();
                return (Arg0 is null || Arg0 == text)
                    && (Arg0Path is null || IsSamePathOrParent(text, Arg0Path))
                    && (Arg0Namespace is null || IsUnder(text, Arg0Namespace, '.'));
            case [(byte)'o', ..]:
                return Arg0 is null && Arg0Namespace is null && IsSamePathOrParent(reader.ReadObjectPathAsString(), Arg0Path!);
            default:
                return false;
        }
    }

    private static bool IsUnder(string? name, string prefix, char separator)
        => name is not null
            && name.StartsWith(prefix, StringComparison.Ordinal)
            && (name.Length == prefix.Length || prefix == "/" || name[prefix.Length] == separator);

    private static bool IsSamePathOrParent(string text, string path)
        => text == path
            || (path.EndsWith('/') && text.StartsWith(path, StringComparison.Ordinal))
            || (text.EndsWith('/') && path.StartsWith(text, StringComparison.Ordinal));
}
