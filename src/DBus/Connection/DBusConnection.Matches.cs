namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    private readonly List<Observer> _observers = [];

    /// <summary>Subscribes. Completes when the bus has confirmed it and the owner of a well-known sender is known.</summary>
    /// <param name="rule">Which messages. A well-known sender means: its owner at the time, and nobody else.</param>
    /// <param name="reader">Takes the value from a message, on the read loop.</param>
    /// <param name="handler">Gets the value. Must not be an async lambda.</param>
    /// <param name="emitOnCapturedContext">Whether the handler runs on the current synchronization context, if there is one.</param>
    /// <param name="flags">Which ends are reported.</param>
    /// <param name="state">For reader and handler.</param>
    /// <returns>Disposing it ends the subscription.</returns>
    public ValueTask<IDisposable> AddMatchAsync<T>(
        MatchRule rule,
        MessageValueReader<T> reader,
        Action<Notification<T>> handler,
        bool emitOnCapturedContext = true,
        ObserverFlags flags = ObserverFlags.None,
        object? state = null)
        => AddMatchAsync(rule, reader, handler, emitOnCapturedContext ? SynchronizationContext.Current : null, flags, state);

    /// <summary>Subscribes, with the synchronization context given; null runs the handler on the read loop.</summary>
    public async ValueTask<IDisposable> AddMatchAsync<T>(
        MatchRule rule,
        MessageValueReader<T> reader,
        Action<Notification<T>> handler,
        SynchronizationContext? synchronizationContext,
        ObserverFlags flags = ObserverFlags.None,
        object? state = null)
    {
        ArgumentNullException.ThrowIfNull(rule);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(handler);
        ThrowIfNotConnected();
        rule = rule.Copy();
        if (IsBus && IsWellKnown(rule.Sender))
        {
            await WatchOwnerAsync(rule.Sender!).ConfigureAwait(false);
        }

        var observer = new Observer<T>(this, rule, reader, handler, flags, synchronizationContext, state);
        lock (_gate)
        {
            ThrowIfNotConnected();
            _observers.Add(observer);
        }

        if (IsBus && (flags & ObserverFlags.NoSubscribe) == 0)
        {
            try
            {
                await CallMethodAsync(MatchCall("AddMatch", rule.ToString())).ConfigureAwait(false);
            }
            catch
            {
                observer.Abandon();
                throw;
            }
        }

        return observer;
    }

    /// <summary>Subscribes to a signal and reads its arguments.</summary>
    public ValueTask<IDisposable> WatchSignalAsync<T>(
        string? sender,
        string? path,
        string @interface,
        string signal,
        MessageValueReader<T> reader,
        Action<Notification<T>> handler,
        ObserverFlags flags,
        bool emitOnCapturedContext = true,
        object? state = null)
        => AddMatchAsync(SignalRule(sender, path, @interface, signal), reader, handler, emitOnCapturedContext, flags, state);

    /// <summary>Subscribes to a signal whose arguments don't matter.</summary>
    public ValueTask<IDisposable> WatchSignalAsync(
        string? sender,
        string? path,
        string @interface,
        string signal,
        Action<Notification> handler,
        ObserverFlags flags,
        bool emitOnCapturedContext = true,
        object? state = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return AddMatchAsync<object?>(
            SignalRule(sender, path, @interface, signal),
            static (_, _) => null,
            n => handler(n.WithoutValue()),
            emitOnCapturedContext,
            flags,
            state);
    }

    /// <summary>Takes an observer out, and tells the bus if it had been told of it.</summary>
    internal void RemoveObserver(Observer observer)
    {
        lock (_gate)
        {
            if (!_observers.Remove(observer) || _state != State.Connected)
            {
                return;
            }
        }

        if (IsBus && !observer.IsAbandoned && (observer.Flags & ObserverFlags.NoSubscribe) == 0)
        {
            SendQuietly(MatchCall("RemoveMatch", observer.Rule.ToString(), MessageFlags.NoReplyExpected));
        }
    }

    private static MatchRule SignalRule(string? sender, string? path, string @interface, string signal) => new()
    {
        Type = MessageType.Signal,
        Sender = sender,
        Path = path,
        Interface = @interface,
        Member = signal,
    };

    private List<Observer> TakeAllObservers()
    {
        List<Observer> all = [.. _observers];
        _observers.Clear();
        return all;
    }

    private List<Observer> FindObservers(Message message)
    {
        lock (_gate)
        {
            return [.. _observers.Where(o => o.Rule.MatchesContent(message) && IsFrom(message, o.Rule.Sender))];
        }
    }

    private MessageBuffer MatchCall(string member, string rule, MessageFlags flags = MessageFlags.None)
        => BusCall(member, "s", (ref writer) => writer.WriteString(rule), flags);

    /// <summary>For what nobody waits for: a broken connection is reported elsewhere.</summary>
    private void SendQuietly(MessageBuffer message)
    {
        MessageStream? stream;
        lock (_gate)
        {
            stream = _state != State.Disconnected ? _stream : null;
        }

        stream?.TrySend(message);
    }

    internal void TrySendReply(MessageBuffer message) => SendQuietly(message);
}
