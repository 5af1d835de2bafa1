namespace Tmds.DBus.Protocol;

/// <summary>How a <see cref="DBusConnection"/> is made, and what happens to exceptions of its callbacks.</summary>
public partial class DBusConnectionOptions
{
    private readonly string _address;

    /// <param name="address">A D-Bus server address, see <see cref="DBusAddress"/>.</param>
    public DBusConnectionOptions(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        _address = address;
    }

    protected DBusConnectionOptions() => _address = "";

    /// <summary>
    /// Told of exceptions of signal readers, signal handlers and method handlers, and of a connection that breaks. Called where they
    /// occur; must not throw. Without it, or if it leaves <see cref="DBusConnection.ExceptionContext.DisconnectConnection"/>
    /// as it is, an exception of a callback closes the connection.
    /// </summary>
    public Action<DBusConnection.ExceptionContext>? OnException { get; set; }

    /// <summary>Says where to connect to, and as whom. Called once per connection.</summary>
    protected internal virtual ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken)
        => new(new SetupResult(_address) { UserId = LocalIdentity.UserId, MachineId = LocalIdentity.MachineId });

    /// <summary>Called once when the connection is over.</summary>
    /// <param name="token"><see cref="SetupResult.TeardownToken"/>.</param>
    protected internal virtual void Teardown(object? token)
    {
    }
}
