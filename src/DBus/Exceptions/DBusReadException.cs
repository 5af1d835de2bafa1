namespace Tmds.DBus.Protocol;

/// <summary>A message is malformed, or was read as something else than it is.</summary>
public class DBusReadException : DBusMessageException
{
    /// <summary>Makes the exception with its text.</summary>
    public DBusReadException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its text and its cause.</summary>
    public DBusReadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
