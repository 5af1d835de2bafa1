namespace Tmds.DBus.Protocol;

/// <summary>One subscription: a rule, and what happens to the messages that match it.</summary>
internal abstract class Observer(
    DBusConnection connection, MatchRule rule, ObserverFlags flags, SynchronizationContext? context, object? state) : IDisposable
{
    private int _isOver;

    public MatchRule Rule { get; } = rule;

    public ObserverFlags Flags { get; } = flags;

    public object? State { get; } = state;

    public bool IsOver => Volatile.Read(ref _isOver) != 0;

    /// <summary>Reads the value on the read loop, then hands it over.</summary>
    public abstract void Emit(Message message);

    /// <summary>Ends the observer, and tells its handler if it wants to know.</summary>
    public void Complete(NotificationType reason, Exception exception)
    {
        if (!TryEnd())
        {
            return;
        }

        ObserverFlags wanted = reason switch
        {
            NotificationType.ObserverDisposed => ObserverFlags.EmitOnObserverDispose,
            NotificationType.ConnectionClosed => ObserverFlags.EmitOnConnectionClosed,
            NotificationType.ConnectionFailed => ObserverFlags.EmitOnConnectionFailed,
            NotificationType.ReaderFailed => ObserverFlags.EmitOnReaderFailed,
            _ => ObserverFlags.EmitOnOwnerChanged,
        };
        if ((Flags & wanted) != 0)
        {
            InvokeOnContext(() => CompleteHandler(reason, exception));
        }
    }

    /// <summary>Whether the bus never confirmed the rule, so that there is nothing to take back.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Ends an observer whose rule the bus has refused.</summary>
    public void Abandon()
    {
        IsAbandoned = true;
        Stop();
    }

    /// <summary>Ends the observer silently.</summary>
    public void Stop() => TryEnd();

    public void Dispose() => Complete(NotificationType.ObserverDisposed, new ObjectDisposedException(typeof(Observer).FullName));

    protected abstract void CompleteHandler(NotificationType reason, Exception exception);

    /// <summary>A reader threw: the observer's own business if it says so, else the connection's.</summary>
    protected void ReaderFailed(Exception exception)
    {
        if ((Flags & ObserverFlags.EmitOnReaderFailed) != 0)
        {
            Complete(NotificationType.ReaderFailed, exception);
            return;
        }

        Stop();
        connection.ReportException(exception, DBusConnection.ExceptionSource.SignalReader, disconnect: true);
    }

    protected void InvokeOnContext(Action action)
    {
        if (context is null)
        {
            Invoke(action);
        }
        else
        {
            context.Post(_ => Invoke(action), null);
        }
    }

    private void Invoke(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            Stop();
            connection.ReportException(e, DBusConnection.ExceptionSource.SignalHandler, disconnect: true);
        }
    }

    private bool TryEnd()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
        {
            return false;
        }

        connection.RemoveObserver(this);
        return true;
    }
}
