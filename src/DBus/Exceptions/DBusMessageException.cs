namespace Tmds.DBus.Protocol;

/// <summary>One message, or the answer to it, is the problem.</summary>
public class DBusMessageException : DBusExceptionBase
{
    /// <summary>Makes the exception with its text.</summary>
    public DBusMessageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its text and its cause.</summary>
    public DBusMessageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
