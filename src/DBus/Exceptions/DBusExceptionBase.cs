namespace Tmds.DBus.Protocol;

/// <summary>Base of everything this library throws about the bus.</summary>
public abstract class DBusExceptionBase : Exception
{
    /// <summary>Makes the exception with its text.</summary>
    protected DBusExceptionBase(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its text and its cause.</summary>
    protected DBusExceptionBase(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
