namespace Tmds.DBus.Protocol;

/// <summary>A subscription that reads a <typeparamref name="T"/> from each message.</summary>
internal sealed class Observer<T>(
    DBusConnection connection,
    MatchRule rule,
    MessageValueReader<T> reader,
    Action<Notification<T>> handler,
    ObserverFlags flags,
    SynchronizationContext? context,
    object? state) : Observer(connection, rule, flags, context, state)
{
    public override void Emit(Message message)
    {
        if (IsOver)
        {
            return;
        }

        T value;
        try
        {
            value = reader(message, State);
        }
        catch (Exception e)
        {
            ReaderFailed(e);
            return;
        }

        InvokeOnContext(() =>
        {
            if (!IsOver)
            {
                handler(new Notification<T>(this, NotificationType.Value, value, null));
            }
        });
    }

    protected override void CompleteHandler(NotificationType reason, Exception exception)
        => handler(new Notification<T>(this, reason, default!, exception));
}
