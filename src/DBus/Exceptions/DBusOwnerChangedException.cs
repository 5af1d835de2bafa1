namespace Tmds.DBus.Protocol;

/// <summary>The well-known name that an observer listens to got another owner.</summary>
public class DBusOwnerChangedException : DBusMessageException
{
    /// <summary>Makes the exception with its text.</summary>
    public DBusOwnerChangedException(string message)
        : base(message)
    {
    }
}
