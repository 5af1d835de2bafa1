using NmPlugin.IpConfig;
using NmPlugin.Plugin;

namespace NmPlugin.Service;

/// <summary>What the service says on the bus by itself. Calls go out in the order they are made; none blocks or throws.</summary>
internal interface IPluginBus
{
    /// <summary>Sets the State property and sends StateChanged.</summary>
    void EmitState(VpnServiceState state);

    void EmitFailure(VpnFailure failure);

    /// <summary>Sends SecretsRequired: the text for the user, and the names of the secrets.</summary>
    void EmitSecretsRequired(string message, IReadOnlyList<string> secrets);

    void EmitConfig(ConfigSignal signal, ISignalBody body);

    /// <summary>Reports when this unique name leaves the bus, at once if it has left already.</summary>
    void WatchPeer(string name);

    /// <summary>Completes when the bus has received everything that was sent, or after a short time without an answer.</summary>
    Task FlushAsync();
}
