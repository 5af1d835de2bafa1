namespace Tmds.DBus.Protocol;

/// <summary>Whom to tell when a requested name comes or goes.</summary>
internal sealed class NameRequest(
    Action<string, object?>? onAcquired, Action<string, object?>? onLost, object? state, SynchronizationContext? context)
{
    public bool HasOnLost => onLost is not null;

    public void Acquired(DBusConnection connection, string name) => Invoke(connection, onAcquired, name);

    public void Lost(DBusConnection connection, string name) => Invoke(connection, onLost, name);

    private void Invoke(DBusConnection connection, Action<string, object?>? action, string name)
    {
        if (action is null)
        {
            return;
        }

        if (context is null)
        {
            Run();
        }
        else
        {
            context.Post(_ => Run(), null);
        }

        void Run()
        {
            try
            {
                action(name, state);
            }
            catch (Exception e)
            {
                connection.ReportException(e, DBusConnection.ExceptionSource.SignalHandler, disconnect: true);
            }
        }
    }
}
