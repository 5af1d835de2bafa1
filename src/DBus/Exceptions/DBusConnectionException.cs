namespace Tmds.DBus.Protocol;

/// <summary>The connection as such failed.</summary>
public class DBusConnectionException : DBusExceptionBase
{
    /// <summary>Makes the exception with its text.</summary>
    public DBusConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its text and its cause.</summary>
    public DBusConnectionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
