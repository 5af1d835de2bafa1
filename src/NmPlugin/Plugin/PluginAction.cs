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

    /// <summary>Have NetworkManager ask the user. Neither is a secret: signals are read by everybody.</summary>
    public sealed record EmitSecretsRequired(string Message, IReadOnlyList<string> Secrets) : PluginAction;

    public sealed record StartTunnel(int Attempt, VpnProfile Profile) : PluginAction
    {
        /// <summary>One of many attempts to reconnect: its progress interests nobody.</summary>
        public bool IsRepeated { get; init; }
    }

    public sealed record StopTunnel(Failure Reason) : PluginAction;

    /// <summary>No tunnel will be made from this profile any more: wipe its secrets.</summary>
    public sealed record ForgetSecrets(VpnProfile Profile) : PluginAction;

    /// <summary>From now on, report <see cref="PluginEvent.NetworkChanged"/>.</summary>
    public sealed record WatchNetwork : PluginAction;

    /// <summary>Report <see cref="PluginEvent.PeerGone"/> when this unique name leaves the bus.</summary>
    public sealed record WatchPeer(string Name) : PluginAction;

    /// <summary>The sentence for the journal, at warning level.</summary>
    public sealed record LogFailure(Failure Failure) : PluginAction;

    public sealed record LogWarning(string Text) : PluginAction;

    public sealed record LogNotice(string Text) : PluginAction;

    /// <summary>Deliver what has been sent, then end the process.</summary>
    public sealed record Quit(int ExitStatus) : PluginAction;
}
