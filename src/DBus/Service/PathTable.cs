namespace Tmds.DBus.Protocol;

/// <summary>The exported objects by path. Its owner guards it against concurrent use.</summary>
internal sealed class PathTable
{
    private readonly Dictionary<string, IPathMethodHandler> _handlers = [];

    public void Add(IReadOnlyList<IPathMethodHandler> handlers)
    {
        var paths = new HashSet<string>();
        foreach (IPathMethodHandler handler in handlers)
        {
            string path = handler.Path;
            if (!NameGrammar.IsObjectPath(path))
            {
                throw new FormatException($"'{path}' is no object path.");
            }

            if (_handlers.ContainsKey(path) || !paths.Add(path))
            {
                throw new InvalidOperationException($"There is a method handler for '{path}' already.");
            }
        }

        foreach (IPathMethodHandler handler in handlers)
        {
            _handlers.Add(handler.Path, handler);
        }
    }

    public void Remove(string path) => _handlers.Remove(path);

    /// <summary>The object at the path, or the nearest one above it that handles its children.</summary>
    public IPathMethodHandler? Find(string path)
    {
        if (_handlers.TryGetValue(path, out IPathMethodHandler? exact))
        {
            return exact;
        }

        string above = path;
        while (above.Length > 1)
        {
            above = above[..Math.Max(1, above.LastIndexOf('/'))];
            if (_handlers.TryGetValue(above, out IPathMethodHandler? handler) && handler.HandlesChildPaths)
            {
                return handler;
            }
        }

        return null;
    }

    /// <summary>The next path elements below the path; null where neither it nor anything below it is exported.</summary>
    public string[]? ChildNames(string path)
    {
        string prefix = path == "/" ? path : path + "/";
        string[] names = [.. _handlers.Keys
            .Where(p => p.Length > prefix.Length && p.StartsWith(prefix, StringComparison.Ordinal))
            .Select(p => p[prefix.Length..].Split('/')[0])
            .Distinct()
            .Order(StringComparer.Ordinal)];
        return names.Length > 0 || _handlers.ContainsKey(path) ? names : null;
    }
}
