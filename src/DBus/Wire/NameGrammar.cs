namespace Tmds.DBus.Protocol;

/// <summary>The grammar of paths and names (D-Bus specification, "Valid Object Paths", "Valid Names").</summary>
internal static class NameGrammar
{
    /// <summary>Reserved for messages that an implementation makes up for itself: never legal on a wire.</summary>
    public const string LocalPath = "/org/freedesktop/DBus/Local";
    public const string LocalInterface = "org.freedesktop.DBus.Local";

    private enum Digit
    {
        NotFirst,
        Anywhere,
    }

    public static bool IsObjectPath(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty || path[0] != '/')
        {
            return false;
        }

        if (path.Length == 1)
        {
            return true;
        }

        foreach (Range range in path[1..].Split('/'))
        {
            if (!IsElement(path[1..][range], Digit.Anywhere, dash: false))
            {
                return false;
            }
        }

        return true;
    }

    public static bool IsInterface(ReadOnlySpan<char> name) => AreElements(name, Digit.NotFirst, dash: false);

    public static bool IsErrorName(ReadOnlySpan<char> name) => IsInterface(name);

    public static bool IsMember(ReadOnlySpan<char> name)
        => name.Length <= ProtocolLimits.MaxNameLength && IsElement(name, Digit.NotFirst, dash: false);

    public static bool IsBusName(ReadOnlySpan<char> name) => IsUniqueName(name) || IsWellKnownName(name);

    public static bool IsUniqueName(ReadOnlySpan<char> name)
        => name.Length is > 1 and <= ProtocolLimits.MaxNameLength && name[0] == ':' && AreElements(name[1..], Digit.Anywhere, dash: true);

    public static bool IsWellKnownName(ReadOnlySpan<char> name) => AreElements(name, Digit.NotFirst, dash: true);

    private static bool AreElements(ReadOnlySpan<char> name, Digit digit, bool dash)
    {
        if (name.IsEmpty || name.Length > ProtocolLimits.MaxNameLength)
        {
            return false;
        }

        int elements = 0;
        foreach (Range range in name.Split('.'))
        {
            if (!IsElement(name[range], digit, dash))
            {
                return false;
            }

            elements++;
        }

        return elements >= 2;
    }

    private static bool IsElement(ReadOnlySpan<char> element, Digit digit, bool dash)
    {
        if (element.IsEmpty || (digit == Digit.NotFirst && char.IsAsciiDigit(element[0])))
        {
            return false;
        }

        foreach (char c in element)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && !(dash && c == '-'))
            {
                return false;
            }
        }

        return true;
    }
}
