namespace Tmds.DBus.Protocol;

/// <summary>A message is well-formed but says something that its receiver cannot use.</summary>
public class DBusUnexpectedValueException : DBusMessageException
{
    /// <summary>Makes the exception with its text.</summary>
    public DBusUnexpectedValueException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its text and its cause.</summary>
    public DBusUnexpectedValueException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
