namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    private readonly PathTable _handlers = new();

    /// <summary>Exports an object. Only after <see cref="ConnectAsync"/>, and before a name is requested that makes others call it.</summary>
    /// <exception cref="FormatException">The handler's path is malformed.</exception>
    /// <exception cref="InvalidOperationException">There is a handler for the path, or the connection is not connected.</exception>
    public void AddMethodHandler(IPathMethodHandler methodHandler) => AddMethodHandlers([methodHandler]);

    /// <summary>Exports all of the objects or, when one of them cannot be, none.</summary>
    public void AddMethodHandlers(IReadOnlyList<IPathMethodHandler> methodHandlers)
    {
        ArgumentNullException.ThrowIfNull(methodHandlers);
        lock (_gate)
        {
            ThrowIfNotConnected();
            _handlers.Add(methodHandlers);
        }
    }

    public void RemoveMethodHandler(string path) => RemoveMethodHandlers([path]);

    public void RemoveMethodHandlers(IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        lock (_gate)
        {
            ThrowIfNotConnected();
            foreach (string path in paths)
            {
                _handlers.Remove(path);
            }
        }
    }
}
