namespace TunnelCore.Interop;

/// <summary>This very program, to be started once more.</summary>
internal static class SelfProgram
{
    /// <summary>Path and the first words of its command line, for a run as <paramref name="name"/>.</summary>
    public static (string Path, IReadOnlyList<string> Words) As(string name)
    {
        string path = Environment.ProcessPath ?? "/proc/self/exe";
        // Under the runtime's host the program is the host's first argument.
        return Path.GetFileNameWithoutExtension(path) == "dotnet"
            ? (path, [path, Path.Combine(AppContext.BaseDirectory, "vpn-tunnel.dll"), name])
            : (path, [name]);
    }

    /// <summary>Our environment, NAME=value.</summary>
    public static IReadOnlyList<string> Variables =>
        [.. Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}")];
}
