namespace Tmds.DBus.Protocol;

/// <summary>A method call was answered with an error.</summary>
public class DBusErrorReplyException : DBusMessageException
{
    /// <summary>Makes the exception from the two parts of an error reply.</summary>
    public DBusErrorReplyException(string errorName, string errorMessage)
        : base($"{errorName}: {errorMessage}")
    {
        ErrorName = errorName;
        ErrorMessage = errorMessage;
    }

    /// <summary>For example <c>org.freedesktop.DBus.Error.UnknownMethod</c>.</summary>
    public string ErrorName { get; }

    /// <summary>The first argument of the reply where that is a string, else <see cref="ErrorName"/> again.</summary>
    public string ErrorMessage { get; }
}
