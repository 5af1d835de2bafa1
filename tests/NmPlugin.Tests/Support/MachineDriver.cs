using System.Net;
using NmPlugin.IpConfig;
using NmPlugin.Plugin;
using NmPlugin.Profile;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;

namespace NmPlugin.Tests.Support;

/// <summary>Feeds the machine and writes its actions in short words: "state 3", "reply", "start 1", "failure 0", "quit 0".</summary>
internal sealed class MachineDriver
{
    public MachineDriver(bool persist = false) => Machine = new PluginMachine(Profiles.Identity, persist, TimeSpan.Zero);

    public PluginMachine Machine { get; }

    public TimeSpan Now { get; set; }

    public static TunnelEvent.Up Up { get; } = new(
        "ppp0", IPAddress.Parse("203.0.113.9"), 1400, new Ip4Configuration(IPAddress.Parse("10.0.0.5"), IPAddress.Parse("10.0.0.1"), [], []), null);

    public string NeedSecrets(ConnectionSettings? connection = null) => Step(new PluginEvent.NeedSecretsCalled(new FakeCall(), connection ?? Profiles.Base()));

    public string Connect(ConnectionSettings? connection = null, bool interactive = false) =>
        Step(new PluginEvent.ConnectCalled(new FakeCall(), connection ?? Profiles.Base(), interactive));

    public string NewSecrets(ConnectionSettings? connection = null) => Step(new PluginEvent.NewSecretsCalled(new FakeCall(), connection ?? Profiles.Base()));

    public string NetworkChanged() => Step(new PluginEvent.NetworkChanged());

    /// <summary>Lets the time pass up to the machine's deadline.</summary>
    public string TickAtDeadline()
    {
        Now = Machine.Deadline!.Value;
        return Tick();
    }

    public string Disconnect() => Step(new PluginEvent.DisconnectCalled(new FakeCall()));

    public string Tunnel(TunnelEvent e, int attempt = 1) => Step(new PluginEvent.TunnelReported(attempt, e));

    public string Down(Cause cause, string detail = "", int attempt = 1) => Tunnel(new TunnelEvent.Down(new Failure(cause, detail), false), attempt);

    public string Tick() => Step(new PluginEvent.Tick());

    /// <summary>The last tunnel that was started, and the profiles whose secrets were wiped.</summary>
    public VpnProfile? Running { get; private set; }

    public List<VpnProfile> Forgotten { get; } = [];

    public string Step(PluginEvent e)
    {
        IReadOnlyList<PluginAction> actions = Machine.Step(e, Now);
        Running = actions.OfType<PluginAction.StartTunnel>().LastOrDefault()?.Profile ?? Running;
        Forgotten.AddRange(actions.OfType<PluginAction.ForgetSecrets>().Select(forget => forget.Profile));
        return string.Join(", ", actions.Select(Describe).Where(text => text.Length > 0));
    }

    private static string Describe(PluginAction action) => action switch
    {
        PluginAction.Reply => "reply",
        PluginAction.ReplyText reply => $"reply '{reply.Text}'",
        PluginAction.ReplyError reply => $"error {reply.Error}",
        PluginAction.EmitState emit => $"state {(uint)emit.State}",
        PluginAction.EmitFailure emit => $"failure {(uint)emit.Failure}",
        PluginAction.EmitConfig emit => emit.Signal.ToString(),
        PluginAction.EmitSecretsRequired emit => $"ask {string.Join('+', emit.Secrets)}",
        PluginAction.StartTunnel { IsRepeated: true } start => $"again {start.Attempt}",
        PluginAction.StartTunnel start => $"start {start.Attempt}",
        PluginAction.StopTunnel stop => $"stop {stop.Reason.Cause}",
        PluginAction.WatchPeer watch => $"watch {watch.Name}",
        PluginAction.LogFailure log => $"log {log.Failure.Cause}",
        PluginAction.Quit quit => $"quit {quit.ExitStatus}",
        _ => "",
    };
}
