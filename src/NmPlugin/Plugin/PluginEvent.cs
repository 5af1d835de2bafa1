using NmPlugin.IpConfig;
using NmPlugin.Profile;
using TunnelCore.Session;

namespace NmPlugin.Plugin;

/// <summary>What can happen to the service.</summary>
internal abstract record PluginEvent
{
    private PluginEvent()
    {
    }

    public sealed record NeedSecretsCalled(IPluginCall Call, ConnectionSettings Connection) : PluginEvent;

    /// <param name="Interactive">By ConnectInteractive: NetworkManager would answer SecretsRequired.</param>
    public sealed record ConnectCalled(IPluginCall Call, ConnectionSettings Connection, bool Interactive) : PluginEvent;

    public sealed record NewSecretsCalled(IPluginCall Call, ConnectionSettings Connection) : PluginEvent;

    public sealed record DisconnectCalled(IPluginCall Call) : PluginEvent;

    /// <summary>SetConfig, SetIp4Config or SetIp6Config: a helper wants the dict to be sent on.</summary>
    public sealed record SetConfigCalled(IPluginCall Call, ConfigSignal Signal, ISignalBody Body) : PluginEvent;

    public sealed record SetFailureCalled(IPluginCall Call) : PluginEvent;

    /// <param name="Attempt">As in <see cref="PluginAction.StartTunnel"/>.</param>
    public sealed record TunnelReported(int Attempt, TunnelEvent Event) : PluginEvent;

    /// <summary>An address or a link of this machine has come or gone.</summary>
    public sealed record NetworkChanged : PluginEvent;

    /// <summary>NetworkManager, or whoever called Connect, has left the bus.</summary>
    public sealed record PeerGone(string Name) : PluginEvent;

    /// <summary>The bus has closed the connection.</summary>
    public sealed record BusLost : PluginEvent;

    /// <summary>SIGTERM, SIGINT or SIGHUP.</summary>
    public sealed record TerminateRequested : PluginEvent;

    /// <summary>Time has passed; see <see cref="PluginMachine.Deadline"/>.</summary>
    public sealed record Tick : PluginEvent;
}
