using System.Globalization;
using System.Net;

namespace TestServers.Cli;

/// <summary>Options of the form <c>--name value</c>, each known option exactly once.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _values = [];

    public Arguments(IReadOnlyList<string> arguments, IReadOnlyCollection<string> known)
    {
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string name = arguments[i];
            if (!known.Contains(name))
            {
                throw new FormatException($"unknown option {name}; there are: {string.Join(' ', known)}");
            }
            if (i + 1 == arguments.Count || !_values.TryAdd(name, arguments[i + 1]))
            {
                throw new FormatException($"{name} needs one value");
            }
        }
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public string Required(string name) => Text(name) ?? throw new FormatException($"{name} is required");

    public TimeSpan Seconds(string name, double otherwise) =>
        TimeSpan.FromSeconds(Text(name) is string text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise);

    public IPEndPoint Endpoint(string name) => IPEndPoint.Parse(Required(name));

    /// <summary>One value of a table of words.</summary>
    public T Word<T>(string name, IReadOnlyDictionary<string, T> words, T otherwise) =>
        Text(name) is not string text ? otherwise
        : words.TryGetValue(text, out T? value) ? value
        : throw new FormatException($"{name} takes one of: {string.Join(' ', words.Keys)}");
}
