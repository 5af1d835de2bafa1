namespace Tmds.DBus.Protocol;

/// <summary>Which ends of an observer are reported to its handler, and whether the bus is asked for the messages at all.</summary>
[Flags]
public enum ObserverFlags
{
    None = 0,
    /// <summary>Report that the connection was disposed.</summary>
    EmitOnConnectionClosed = 1,
    /// <summary>Report that the observer was disposed.</summary>
    EmitOnObserverDispose = 2,
    /// <summary>Don't send AddMatch: the bus delivers these messages anyway.</summary>
    NoSubscribe = 4,
    /// <summary>End the observer, and report it, when the well-known sender gets another owner.</summary>
    EmitOnOwnerChanged = 8,
    /// <summary>Report that the connection broke.</summary>
    EmitOnConnectionFailed = 16,
    /// <summary>Report that the reader threw, instead of the connection-wide policy.</summary>
    EmitOnReaderFailed = 32,
    EmitAll = EmitOnConnectionClosed | EmitOnObserverDispose | EmitOnOwnerChanged | EmitOnConnectionFailed | EmitOnReaderFailed,
}
