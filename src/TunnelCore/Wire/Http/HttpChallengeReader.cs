namespace TunnelCore.Wire.Http;

/// <summary>Reads the values of Proxy-Authenticate and WWW-Authenticate headers.</summary>
/// <remarks>
/// <code>
/// value      = challenge *( "," challenge )                      several headers count as one list
/// challenge  = scheme [ SP ( token68 / auth-param *( "," auth-param ) ) ]
/// auth-param = token "=" ( token / quoted-string )
/// </code>
/// A comma separates challenges and parameters alike: a name that "=" follows belongs to the challenge before it. What is malformed
/// ends the value; the challenges before it count.
/// </remarks>
internal ref struct HttpChallengeReader
{
    public const int MaxChallenges = 16;
    public const int MaxParameters = 32;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private HttpChallengeReader(ReadOnlySpan<char> text) => _text = text;

    /// <param name="values">Header values in order; their total length bounds the work.</param>
    public static IReadOnlyList<HttpChallenge> Read(IEnumerable<string> values)
    {
        List<HttpChallenge> found = [];
        foreach (string value in values)
        {
            HttpChallengeReader reader = new(value);
            while (found.Count < MaxChallenges && reader.TryReadChallenge(out HttpChallenge? challenge))
            {
                found.Add(challenge!);
            }
        }
        return found;
    }

    private bool TryReadChallenge(out HttpChallenge? challenge)
    {
        challenge = null;
        SkipSeparators();
        ReadOnlySpan<char> scheme = ReadWhile(IsTokenCharacter);
        if (scheme.IsEmpty)
        {
            return false;
        }
        List<KeyValuePair<string, string>> parameters = [];
        challenge = new HttpChallenge(scheme.ToString(), parameters);
        if (!SkipBlanks())
        {
            return true;
        }
        if (SkipToken68())
        {
            return true;
        }
        while (parameters.Count < MaxParameters && TryReadParameter(out KeyValuePair<string, string> parameter))
        {
            parameters.Add(parameter);
        }
        return true;
    }

    /// <summary>Takes a parameter with the separators before it, or nothing when the next challenge begins there.</summary>
    private bool TryReadParameter(out KeyValuePair<string, string> parameter)
    {
        int start = _at;
        parameter = default;
        SkipSeparators();
        string name = ReadWhile(IsTokenCharacter).ToString();
        SkipBlanks();
        if (name.Length == 0 || !TryTake('='))
        {
            _at = start;
            return false;
        }
        SkipBlanks();
        string? value = TryTake('"') ? ReadQuoted() : ReadWhile(IsTokenCharacter).ToString();
        if (value is null)
        {
            _at = _text.Length;
            return false;
        }
        parameter = new(name, value);
        return true;
    }

    /// <summary>After the opening quote; null when the closing one is missing.</summary>
    private string? ReadQuoted()
    {
        System.Text.StringBuilder value = new();
        while (_at < _text.Length)
        {
            char c = _text[_at++];
            if (c == '"')
            {
                return value.ToString();
            }
            if (c == '\\' && _at < _text.Length)
            {
                c = _text[_at++];
            }
            value.Append(c);
        }
        return null;
    }

    /// <summary>Letters, digits and -._~+/ with "=" at the end only, then a comma or the end: no parameter looks like that.</summary>
    private bool SkipToken68()
    {
        int start = _at;
        bool any = !ReadWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~' or '+' or '/').IsEmpty;
        _ = ReadWhile(static c => c == '=');
        SkipBlanks();
        if (any && (_at == _text.Length || _text[_at] == ','))
        {
            return true;
        }
        _at = start;
        return false;
    }

    private ReadOnlySpan<char> ReadWhile(Func<char, bool> belongs)
    {
        int start = _at;
        while (_at < _text.Length && belongs(_text[_at]))
        {
            _at++;
        }
        return _text[start.._at];
    }

    private bool SkipBlanks() => !ReadWhile(static c => c is ' ' or '\t').IsEmpty;

    private void SkipSeparators() => _ = ReadWhile(static c => c is ' ' or '\t' or ',');

    private bool TryTake(char c)
    {
        bool there = _at < _text.Length && _text[_at] == c;
        _at += there ? 1 : 0;
        return there;
    }

    private static bool IsTokenCharacter(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '!' or '#' or '$' or '%' or '&' or '\'' or '*' or '+' or '-' or '.' or '^' or '_' or '`' or '|' or '~';
}
