namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    /// <summary>Where an exception came from.</summary>
    public enum ExceptionSource
    {
        SignalReader,
        SignalHandler,
        MethodHandler,
        ConnectionFailed,
    }

    /// <summary>An exception, and the decision about it.</summary>
    public sealed class ExceptionContext
    {
        internal ExceptionContext(Exception exception, ExceptionSource source, bool disconnectConnection)
        {
            Exception = exception;
            Source = source;
            DisconnectConnection = disconnectConnection;
        }

        public Exception Exception { get; }

        public ExceptionSource Source { get; }

        /// <summary>Whether the connection is closed because of it. Has no effect for <see cref="ExceptionSource.ConnectionFailed"/>.</summary>
        public bool DisconnectConnection { get; set; }
    }

    /// <summary>Asks <see cref="DBusConnectionOptions.OnException"/>, and closes the connection where it (or its absence) says so.</summary>
    /// <returns>Whether the connection was closed.</returns>
    internal bool ReportException(Exception exception, ExceptionSource source, bool disconnect)
    {
        var context = new ExceptionContext(exception, source, disconnect);
        try
        {
            _options.OnException?.Invoke(context);
        }
        catch (Exception e)
        {
            // It must not throw. If it does, nobody has decided to go on.
            Disconnect(e, isReported: true);
            return true;
        }

        if (!context.DisconnectConnection)
        {
            return false;
        }

        Disconnect(exception, isReported: true);
        return true;
    }
}
