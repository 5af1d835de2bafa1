namespace Tmds.DBus.Protocol;

/// <summary>
/// A received method call and the way to answer it: exactly once, unless the caller wants no reply. Disposed without an answer it
/// answers that there is no such method.
/// </summary>
public sealed partial class MethodContext : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Message _request;
    private readonly string[]? _childNames;
    private readonly CancellationToken _requestAborted;
    private bool _isDisposed;
    private bool _disposesAsynchronously;

    internal MethodContext(DBusConnection connection, Message request, string[]? childNames, CancellationToken requestAborted)
    {
        Connection = connection;
        _request = request;
        _childNames = childNames;
        _requestAborted = requestAborted;
    }

    public DBusConnection Connection { get; }

    /// <exception cref="ObjectDisposedException">The context is disposed.</exception>
    public Message Request
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _request;
        }
    }

    /// <summary>Cancelled when the connection is over.</summary>
    public CancellationToken RequestAborted
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _requestAborted;
        }
    }

    public bool ReplySent { get; private set; }

    public bool NoReplyExpected => (_request.MessageFlags & MessageFlags.NoReplyExpected) != 0;

    /// <summary>Whether the handler disposes the context itself, some time after its task has completed. Can only be set to true.</summary>
    public bool DisposesAsynchronously
    {
        get => _disposesAsynchronously;
        set => _disposesAsynchronously = value || !_disposesAsynchronously
            ? value
            : throw new InvalidOperationException($"{nameof(DisposesAsynchronously)} cannot be taken back.");
    }

    public bool IsPropertiesInterfaceRequest => _request.Interface.SequenceEqual("org.freedesktop.DBus.Properties"u8);

    public bool IsDBusIntrospectRequest
        => _request.Interface.SequenceEqual("org.freedesktop.DBus.Introspectable"u8) && _request.Member.SequenceEqual("Introspect"u8);

    internal bool IsPeerRequest => _request.Interface.SequenceEqual("org.freedesktop.DBus.Peer"u8);

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        if (!ReplySent && !NoReplyExpected)
        {
            ReplyUnknownMethodError();
        }

        _isDisposed = true;
    }
}
