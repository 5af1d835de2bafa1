namespace Tmds.DBus.Protocol;

/// <summary>An exported object.</summary>
public interface IPathMethodHandler
{
    /// <summary>The object's path.</summary>
    string Path { get; }

    /// <summary>Whether calls to paths below <see cref="Path"/> that have no handler of their own come here too.</summary>
    bool HandlesChildPaths { get; }

    /// <summary>
    /// Handles a call. Up to the first incomplete await this runs on the read loop: nothing else is received meanwhile, so don't block.
    /// </summary>
    ValueTask HandleMethodAsync(MethodContext context);
}
