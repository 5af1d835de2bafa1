namespace Tmds.DBus.Protocol;

/// <summary>Names that the D-Bus specification gives.</summary>
internal static class BusNames
{
    public const string Bus = "org.freedesktop.DBus";
    public const string BusPath = "/org/freedesktop/DBus";
    public const string Peer = "org.freedesktop.DBus.Peer";
    public const string Introspectable = "org.freedesktop.DBus.Introspectable";
    public const string Properties = "org.freedesktop.DBus.Properties";
    public const string ErrorFailed = "org.freedesktop.DBus.Error.Failed";
    public const string ErrorUnknownMethod = "org.freedesktop.DBus.Error.UnknownMethod";
    public const string ErrorNameExists = "org.freedesktop.DBus.Error.NameExists";
    public const string ErrorNameHasNoOwner = "org.freedesktop.DBus.Error.NameHasNoOwner";
}
