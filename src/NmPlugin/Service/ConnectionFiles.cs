using NmPlugin.Plugin;
using NmPlugin.Profile;

namespace NmPlugin.Service;

/// <summary>Adds to a call's connection what stands in files, so that nothing behind it has to read any.</summary>
internal sealed class ConnectionFiles(SettingsFiles settings)
{
    /// <summary>Called on the bus's read loop; the files are small and local.</summary>
    public PluginEvent Complete(PluginEvent e) => e switch
    {
        PluginEvent.ConnectCalled call => call with { Connection = WithKey(call.Connection) with { Settings = settings.Load() } },
        PluginEvent.NewSecretsCalled call => call with { Connection = WithKey(call.Connection) with { Settings = settings.Load() } },
        PluginEvent.NeedSecretsCalled call => call with { Connection = WithKey(call.Connection) },
        _ => e,
    };

    private static ConnectionSettings WithKey(ConnectionSettings connection) =>
        connection with { UserKey = CertificateLogins.Inspect(connection, connection.FileUser) };
}
