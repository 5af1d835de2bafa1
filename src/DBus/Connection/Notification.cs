namespace Tmds.DBus.Protocol;

/// <summary>A signal without a value, or the end of its observer.</summary>
public readonly struct Notification
{
    private readonly Observer? _observer;
    private readonly Exception? _exception;

    internal Notification(Observer observer, NotificationType type, Exception? exception)
    {
        _observer = observer;
        Type = type;
        _exception = exception;
    }

    public NotificationType Type { get; }

    public bool IsCompletion => Type > NotificationType.Value;

    /// <summary>Why there will be no more.</summary>
    /// <exception cref="InvalidOperationException">This is no completion.</exception>
    public Exception Exception => _exception ?? throw new InvalidOperationException("The notification is no completion.");

    /// <summary>What was given when the observer was made.</summary>
    public object? State => _observer?.State;

    /// <summary>Ends the observer without a further notification.</summary>
    public void Stop() => _observer?.Stop();
}
