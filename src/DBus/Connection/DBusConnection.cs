namespace Tmds.DBus.Protocol;

/// <summary>
/// One connection to a message bus (or to a peer that speaks the protocol). One read loop starts everything that arrives, in order:
/// replies, signal observers without a synchronization context, and method handlers up to their first incomplete await.
/// </summary>
public sealed partial class DBusConnection : IDisposable
{
    private enum State
    {
        Created,
        Connecting,
        Connected,
        Disconnected,
    }

    private readonly Lock _gate = new();
    private readonly DBusConnectionOptions _options;
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource<Exception?> _disconnected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private State _state;
    private bool _isDisposed;
    private Exception? _disconnectReason;
    private MessageStream? _stream;
    private object? _teardownToken;
    private bool _hasSetup;
    private string? _uniqueName;
    private string _machineId = LocalIdentity.MachineId;
    private uint _serial;

    /// <param name="address">A D-Bus server address.</param>
    public DBusConnection(string address)
        : this(new DBusConnectionOptions(address))
    {
    }

    public DBusConnection(DBusConnectionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Our name on the bus; null when the peer is no bus.</summary>
    /// <exception cref="InvalidOperationException">Not connected yet.</exception>
    public string? UniqueName
    {
        get
        {
            ThrowIfNotConnected(allowDisconnected: true);
            return _uniqueName;
        }
    }

    private bool IsBus => _uniqueName is not null;

    /// <summary>Starts a message; takes the next serial. Legal at any time.</summary>
    public MessageWriter GetMessageWriter()
    {
        uint serial = Interlocked.Increment(ref _serial);
        return new MessageWriter(serial != 0 ? serial : Interlocked.Increment(ref _serial));
    }

    /// <summary>Queues a message without waiting for anything. What is sent first is written first.</summary>
    /// <returns>False when the connection is broken.</returns>
    public bool TrySendMessage(MessageBuffer message)
    {
        ArgumentNullException.ThrowIfNull(message);
        MessageStream? stream;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_state is State.Created or State.Connecting)
            {
                throw new InvalidOperationException("The connection is not connected yet.");
            }

            stream = _state == State.Connected ? _stream : null;
        }

        return stream?.TrySend(message) ?? false;
    }

    /// <summary>Completes when the connection is over: with null when we disposed it, else with the reason.</summary>
    public Task<Exception?> DisconnectedAsync()
    {
        ThrowIfNotConnected(allowDisconnected: true);
        return _disconnected.Task;
    }

    /// <summary>Cuts the connection at once. What is queued but not written is lost: to flush, await a call to the bus before.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        Disconnect(null);
    }

    /// <param name="reason">Null when the owner of the connection disposes it.</param>
    /// <param name="isReported">Whether OnException has heard of the reason already.</param>
    internal void Disconnect(Exception? reason, bool isReported = false)
    {
        MessageStream? stream;
        List<PendingCall> calls;
        List<Observer> observers;
        bool wasConnected;
        lock (_gate)
        {
            if (_state == State.Disconnected)
            {
                return;
            }

            wasConnected = _state == State.Connected;
            _state = State.Disconnected;
            _disconnectReason = reason;
            stream = _stream;
            calls = [.. _pendingCalls.Values];
            _pendingCalls.Clear();
            observers = TakeAllObservers();
        }

        stream?.Dispose();
        if (reason is not null && wasConnected && !isReported)
        {
            ReportException(reason, ExceptionSource.ConnectionFailed, disconnect: false);
        }

        DBusConnectionClosedException closed = ClosedException();
        Guarded(_abort.Cancel);
        foreach (PendingCall call in calls)
        {
            Guarded(() => call.Fail(closed));
        }

        foreach (Observer observer in observers)
        {
            Guarded(() => observer.Complete(reason is null ? NotificationType.ConnectionClosed : NotificationType.ConnectionFailed, closed));
        }

        if (_hasSetup)
        {
            Guarded(() => _options.Teardown(_teardownToken));
        }

        _disconnected.TrySetResult(reason);
    }

    /// <summary>Somebody else's callback at the end of the connection: its exception must not keep the rest from being told.</summary>
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            ReportException(e, ExceptionSource.SignalHandler, disconnect: false);
        }
    }

    private DBusConnectionClosedException ClosedException()
    {
        Exception reason = _disconnectReason ?? new ObjectDisposedException(typeof(DBusConnection).FullName);
        return new DBusConnectionClosedException($"The D-Bus connection is closed: {reason.Message}", reason);
    }

    private void ThrowIfNotConnected(bool allowDisconnected = false)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed && !allowDisconnected, this);
            switch (_state)
            {
                case State.Created or State.Connecting:
                    throw new InvalidOperationException("The connection is not connected yet.");
                case State.Disconnected when !allowDisconnected:
                    throw ClosedException();
            }
        }
    }
}
