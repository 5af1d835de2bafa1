using NmPlugin.IpConfig;
using NmPlugin.Profile;
using TunnelCore.Diagnostics;

namespace NmPlugin.Plugin;

/// <summary>What the machine wants done, in this order.</summary>
internal abstract record PluginAction
{
    private PluginAction()
    {
    }

    public sealed record Reply(IPluginCall Call) : PluginAction;

    public sealed record ReplyText(IPluginCall Call, string Text) : PluginAction;

    public sealed record ReplyError(IPluginCall Call, VpnError Error, string Text) : PluginAction;

    public sealed record EmitState(VpnServiceState State) : PluginAction;

    public sealed record EmitFailure(VpnFailure Failure) : PluginAction;

    public sealed record EmitConfig(ConfigSignal Signal, ISignalBody Body) : PluginAction;

    public sealed record StartTunnel(int Attempt, VpnProfile Profile) : PluginAction;

    public sealed record StopTunnel(Failure Reason) : PluginAction;

    /// <summary>Report <see cref="PluginEvent.PeerGone"/> when this unique name leaves the bus.</summary>
    public sealed record WatchPeer(string Name) : PluginAction;

    /// <summary>The sentence for the journal, at warning level.</summary>
    public sealed record LogFailure(Failure Failure) : PluginAction;

    public sealed record LogWarning(string Text) : PluginAction;

    public sealed record LogNotice(string Text) : PluginAction;

    /// <summary>Deliver what has been sent, then end the process.</summary>
    public sealed record Quit(int ExitStatus) : PluginAction;
}
