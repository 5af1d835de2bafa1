using System.ComponentModel;
using TunnelCore.Interop;
using TunnelCore.Net;

namespace TunnelCli.Running;

/// <summary>
/// What must go when the program has ended, however it ended: removed by a second process that waits for that and keeps its
/// privileges. It is started with the first thing to remove.
/// </summary>
internal sealed class Cleaner : IDisposable
{
    public const string ProgramName = "vpn-tunnel-cleaner";

    private const string RouteWord = "route";
    private const string FileWord = "file";
    private const int MaxLines = 64;

    private HelperProcess? _helper;

    /// <returns>Null, or why there is nobody who would remove it.</returns>
    public string? Route(HostRoute route) => Tell($"{RouteWord} {route}");

    /// <inheritdoc cref="Route"/>
    public string? File(string path) => Tell($"{FileWord} {path}");

    /// <summary>Lets it remove everything, and waits for it.</summary>
    public void Dispose() => _helper?.Dispose();

    /// <summary>The second process: reads what is to go, waits for the end, removes it.</summary>
    public static async Task<int> RunAsync(TextReader input)
    {
        List<string> lines = [];
        while (await input.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (lines.Count < MaxLines)
            {
                lines.Add(line);
            }
        }

        // Every line is tried, whatever becomes of the others.
        bool[] removed = [.. lines.Select(Remove)];
        return Array.TrueForAll(removed, done => done) ? 0 : 1;
    }

    private string? Tell(string line)
    {
        try
        {
            _helper ??= HelperProcess.Start(ProgramName);
            return _helper.Tell(line) ? null : "the second process has gone";
        }
        catch (Win32Exception e)
        {
            return $"the second process does not start: {e.Message}";
        }
    }

    private static bool Remove(string line)
    {
        string[] words = line.Split(' ', 2);
        switch (words)
        {
            case [RouteWord, var text]:
                return HostRoute.FromText(text) is { } route && route.Remove() is null;
            case [FileWord, var path]:
                return RemoveFile(path);
            default:
                return false;
        }
    }

    private static bool RemoveFile(string path)
    {
        try
        {
            System.IO.File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
