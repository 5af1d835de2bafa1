using System.Text;
using NmPlugin.Profile;

namespace NmPlugin.Dialog;

/// <summary>
/// The lines in which an agent tells a dialog what it knows of a connection: DATA_KEY, DATA_VAL, SECRET_KEY, SECRET_VAL and DONE.
/// No I/O.
/// </summary>
internal sealed class DetailsParser
{
    private static readonly (string Prefix, KeyPlace Place, bool IsValue)[] s_lines =
    [
        ("DATA_KEY=", KeyPlace.Data, false),
        ("DATA_VAL=", KeyPlace.Data, true),
        ("SECRET_KEY=", KeyPlace.Secrets, false),
        ("SECRET_VAL=", KeyPlace.Secrets, true),
    ];

    private readonly Dictionary<string, string> _data = [];
    private readonly Dictionary<string, string> _secrets = [];

    private KeyPlace _place;
    private StringBuilder? _key;
    private StringBuilder? _value;

    /// <returns>True at DONE: there are no more details.</returns>
    /// <exception cref="DialogException">A value does not follow its key, or the caller has given up.</exception>
    public bool Add(string line)
    {
        if (line.StartsWith('='))
        {
            Continue(line.AsSpan(1));
            return false;
        }
        int kind = Array.FindIndex(s_lines, row => line.StartsWith(row.Prefix, StringComparison.Ordinal));
        if (kind < 0 && _value is not null && line is not ("" or "DONE" or "QUIT"))
        {
            // Some agents write the line breaks of a value as they are: better than to cut it off here.
            Continue(line);
            return false;
        }
        Store();
        if (kind >= 0)
        {
            (string prefix, KeyPlace place, bool isValue) = s_lines[kind];
            Begin(place, isValue, line.AsSpan(prefix.Length));
        }
        return line switch
        {
            "DONE" => true,
            "QUIT" => throw new DialogException("the caller gave up"),
            _ => false,
        };
    }

    /// <exception cref="DialogException">There was nothing.</exception>
    public ConnectionSettings Finish(string uuid)
    {
        Store();
        return _data.Count + _secrets.Count > 0
            ? new ConnectionSettings { HasVpn = true, Uuid = uuid, Data = _data, Secrets = _secrets }
            : throw new DialogException("standard input says nothing about the connection");
    }

    private void Begin(KeyPlace place, bool isValue, ReadOnlySpan<char> text)
    {
        if (isValue != _key is not null || (isValue && place != _place))
        {
            throw new DialogException("on standard input, a value must follow its key");
        }
        _place = place;
        StringBuilder builder = new StringBuilder().Append(text);
        _ = isValue ? _value = builder : _key = builder;
    }

    private void Continue(ReadOnlySpan<char> text)
    {
        StringBuilder last = _value ?? _key ?? throw new DialogException("standard input continues a line that is not there");
        last.Append('\n').Append(text);
    }

    /// <summary>Takes a key with its value; a key alone waits on.</summary>
    private void Store()
    {
        if (_key is null || _value is null)
        {
            return;
        }
        (_place == KeyPlace.Data ? _data : _secrets)[_key.ToString()] = _value.ToString();
        _key = _value = null;
    }
}
