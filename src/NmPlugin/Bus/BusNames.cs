namespace NmPlugin.Bus;

/// <summary>Names of the VPN plugin interface and of the bus.</summary>
internal static class BusNames
{
    public const string NetworkManager = "org.freedesktop.NetworkManager";

    public const string PluginPath = "/org/freedesktop/NetworkManager/VPN/Plugin";

    public const string PluginInterface = "org.freedesktop.NetworkManager.VPN.Plugin";

    public const string ErrorPrefix = "org.freedesktop.NetworkManager.VPN.Error.";

    public const string Bus = "org.freedesktop.DBus";

    public const string BusPath = "/org/freedesktop/DBus";

    public const string InvalidArgs = "org.freedesktop.DBus.Error.InvalidArgs";

    public const string UnknownInterface = "org.freedesktop.DBus.Error.UnknownInterface";

    public const string UnknownProperty = "org.freedesktop.DBus.Error.UnknownProperty";

    public const string PropertyReadOnly = "org.freedesktop.DBus.Error.PropertyReadOnly";
}
