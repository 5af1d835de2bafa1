using NmPlugin.IpConfig;
using NmPlugin.Profile;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Plugin;

/// <summary>
/// The life of a NetworkManager VPN service (nm-vpn-plugin 2 and 10): INIT, STARTING, STARTED, STOPPING, STOPPED.
/// Pure: (event, now) to actions and the next deadline. Every attempt ends with at most one Failure, sent before STOPPING, and with
/// STOPPED once the tunnel is completely gone.
/// </summary>
internal sealed partial class PluginMachine
{
    /// <summary>NetworkManager calls within milliseconds; a service that nobody called for so long was started in vain.</summary>
    private static readonly TimeSpan s_firstCall = TimeSpan.FromSeconds(180);

    /// <summary>NetworkManager's own timer shall fire first, because it tells the user that the time is over.</summary>
    private static readonly TimeSpan s_connectMargin = TimeSpan.FromSeconds(5);

    /// <summary>Several times what a tunnel allows itself for closing.</summary>
    private static readonly TimeSpan s_closeLimit = TimeSpan.FromSeconds(8);

    private readonly ServiceIdentity _service;
    private readonly bool _persist;
    private readonly List<PluginAction> _actions = [];
    private int _attempts;

    /// <param name="service">For the tunnels.</param>
    /// <param name="persist">--persist: stay after STOPPED and take another Connect.</param>
    /// <param name="now">Monotonic time, as in <see cref="Step"/>.</param>
    public PluginMachine(ServiceIdentity service, bool persist, TimeSpan now)
    {
        _service = service;
        _persist = persist;
        State = new PluginState.Init(persist ? null : now + s_firstCall);
    }

    public PluginState State { get; private set; }

    /// <summary>When the next <see cref="PluginEvent.Tick"/> is due; null = none.</summary>
    public TimeSpan? Deadline => State switch
    {
        PluginState.Init init => init.QuitAt,
        PluginState.Starting starting => starting.GiveUpAt,
        PluginState.Asking asking => asking.GiveUpAt,
        PluginState.Waiting waiting => waiting.RetryAt,
        PluginState.Stopping stopping => stopping.KillAt,
        _ => null,
    };

    /// <returns>The actions for this event; the list is reused by the next call.</returns>
    public IReadOnlyList<PluginAction> Step(PluginEvent e, TimeSpan now)
    {
        _actions.Clear();
        switch (e)
        {
            case PluginEvent.NeedSecretsCalled call:
                OnNeedSecrets(call, now);
                break;
            case PluginEvent.ConnectCalled call:
                OnConnect(call, now);
                break;
            case PluginEvent.NewSecretsCalled call:
                OnNewSecrets(call, now);
                break;
            case PluginEvent.DisconnectCalled call:
                OnDisconnect(call.Call, now);
                break;
            case PluginEvent.SetConfigCalled call:
                OnSetConfig(call);
                break;
            case PluginEvent.SetFailureCalled call:
                OnSetFailure(call.Call, now);
                break;
            case PluginEvent.TunnelReported report:
                OnTunnel(report, now);
                break;
            case PluginEvent.NetworkChanged:
                OnNetworkChanged(now);
                break;
            case PluginEvent.PeerGone gone:
                OnPeerGone(gone.Name, now);
                break;
            case PluginEvent.BusLost:
                OnBusLost(now);
                break;
            case PluginEvent.TerminateRequested:
                OnTerminate(now);
                break;
            case PluginEvent.Tick:
                OnTick(now);
                break;
        }
        return _actions;
    }

    private void Do(PluginAction action) => _actions.Add(action);

    private void SetState(PluginState state)
    {
        bool changed = state.Service != State.Service;
        State = state;
        if (changed)
        {
            Do(new PluginAction.EmitState(state.Service));
        }
    }

    /// <summary>The tunnel has to go, if there is one: Failure if there is one to tell, STOPPING, and STOPPED after its Down.</summary>
    private void StopConnection(
        PluginState.Connected from, Failure reason, VpnFailure? tell, IPluginCall? disconnect, int? exitStatus, TimeSpan now)
    {
        if (tell is { } failure)
        {
            Do(new PluginAction.EmitFailure(failure));
        }
        int? attempt = (from as PluginState.Starting)?.Attempt ?? (from as PluginState.Started)?.Attempt;
        SetState(new PluginState.Stopping(attempt ?? 0, now + s_closeLimit, disconnect, exitStatus, from.Connection));
        if (attempt is null)
        {
            End(disconnect, exitStatus);
        }
        else
        {
            Do(new PluginAction.StopTunnel(reason));
        }
    }

    /// <summary>Nothing of a tunnel is left, and none will follow.</summary>
    private void End(IPluginCall? disconnect, int? exitStatus)
    {
        Wish? wanted = State.Wanted;
        SetState(new PluginState.Stopped());
        if (wanted is not null)
        {
            Do(new PluginAction.ForgetSecrets(wanted.Profile));
        }
        if (disconnect is not null)
        {
            Do(new PluginAction.Reply(disconnect));
        }
        if (exitStatus is not null || !_persist)
        {
            Do(new PluginAction.Quit(exitStatus ?? 0));
        }
    }

    private static VpnFailure? ToVpnFailure(Failure failure) => failure.Info.Kind switch
    {
        FailureKind.LoginFailed => VpnFailure.LoginFailed,
        FailureKind.ConnectFailed => VpnFailure.ConnectFailed,
        FailureKind.BadIpConfig => VpnFailure.BadIpConfig,
        _ => null,
    };
}
