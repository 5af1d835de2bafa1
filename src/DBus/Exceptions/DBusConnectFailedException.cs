namespace Tmds.DBus.Protocol;

/// <summary>The connection could not be made; the inner exception says why.</summary>
public class DBusConnectFailedException : DBusConnectionException
{
    /// <summary>Makes the exception with its text.</summary>
    public DBusConnectFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its text and its cause.</summary>
    public DBusConnectFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
