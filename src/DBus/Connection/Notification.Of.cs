namespace Tmds.DBus.Protocol;

/// <summary>A value that was read from a message, or the end of its observer.</summary>
public readonly struct Notification<T>
{
    private readonly Observer? _observer;
    private readonly T _value;
    private readonly Exception? _exception;

    internal Notification(Observer observer, NotificationType type, T value, Exception? exception)
    {
        _observer = observer;
        Type = type;
        _value = value;
        _exception = exception;
    }

    public NotificationType Type { get; }

    public bool HasValue => Type == NotificationType.Value;

    public bool IsCompletion => Type > NotificationType.Value;

    /// <exception cref="InvalidOperationException">This is a completion.</exception>
    public T Value => HasValue ? _value : throw new InvalidOperationException("The notification has no value.");

    /// <summary>Why there will be no more.</summary>
    /// <exception cref="InvalidOperationException">This is no completion.</exception>
    public Exception Exception => _exception ?? throw new InvalidOperationException("The notification is no completion.");

    /// <summary>What was given when the observer was made.</summary>
    public object? State => _observer?.State;

    /// <summary>Ends the observer without a further notification.</summary>
    public void Stop() => _observer?.Stop();

    internal Notification WithoutValue() => new(_observer!, Type, _exception);
}
