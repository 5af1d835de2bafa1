namespace Tmds.DBus.Protocol;

/// <summary>The connection is closed; the inner exception says why.</summary>
public class DBusConnectionClosedException : DBusConnectionException
{
    /// <summary>Makes the exception with its text.</summary>
    public DBusConnectionClosedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its text and its cause.</summary>
    public DBusConnectionClosedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
