namespace Tmds.DBus.Protocol;

/// <summary>Where the buses of this machine listen. Read from the environment once per process.</summary>
public static class DBusAddress
{
    private static readonly Lazy<string?> LazySystem = new(static () => FromEnvironment("DBUS_SYSTEM_BUS_ADDRESS") ?? "unix:path=/var/run/dbus/system_bus_socket");
    private static readonly Lazy<string?> LazySession = new(static () => FromEnvironment("DBUS_SESSION_BUS_ADDRESS"));

    public static string? System => LazySystem.Value;

    public static string? Session => LazySession.Value;

    private static string? FromEnvironment(string name)
        => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
