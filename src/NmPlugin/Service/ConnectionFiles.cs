using System.Diagnostics;
using NmPlugin.Plugin;
using NmPlugin.Profile;
using TunnelCore.Net;

namespace NmPlugin.Service;

/// <summary>Adds to a call's connection what stands in files, so that nothing behind it has to read any.</summary>
/// <param name="settings">The system's own files, which are small and local.</param>
/// <param name="inspect">Looks at the private key that a profile names, which may lie on a file system that does not answer.</param>
internal sealed class ConnectionFiles(SettingsFiles settings, Func<ConnectionSettings, KeyProtection?> inspect)
{
    /// <summary>NetworkManager waits 10 s for the answer to NeedSecrets; without a look at the key there still is one.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(4);

    /// <summary>A file that takes longer and cannot be read is not tried again for the next call.</summary>
    private static readonly TimeSpan s_patience = s_limit / 2;

    private volatile string? _silent;

    public ConnectionFiles(SettingsFiles settings)
        : this(settings, static connection => CertificateLogins.Inspect(connection, connection.FileUser, s_limit))
    {
    }

    /// <summary>What a call brings along; null for those that bring no connection.</summary>
    public static ConnectionSettings? ConnectionOf(PluginEvent e) => e switch
    {
        PluginEvent.ConnectCalled call => call.Connection,
        PluginEvent.NewSecretsCalled call => call.Connection,
        PluginEvent.NeedSecretsCalled call => call.Connection,
        _ => null,
    };

    /// <summary>May block for seconds when the connection names a private key.</summary>
    public PluginEvent Complete(PluginEvent e) => e switch
    {
        PluginEvent.ConnectCalled call => call with { Connection = WithKey(call.Connection) with { Settings = settings.Load() } },
        PluginEvent.NewSecretsCalled call => call with { Connection = WithKey(call.Connection) with { Settings = settings.Load() } },
        PluginEvent.NeedSecretsCalled call => call with { Connection = WithKey(call.Connection) },
        _ => e,
    };

    private ConnectionSettings WithKey(ConnectionSettings connection)
    {
        if (CertificateLogins.KeyFile(connection) is not { } file || file == _silent)
        {
            return connection;
        }
        long start = Stopwatch.GetTimestamp();
        KeyProtection? key = inspect(connection);
        _silent = key is null && Stopwatch.GetElapsedTime(start) > s_patience ? file : null;
        return connection with { UserKey = key };
    }
}
