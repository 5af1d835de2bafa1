using NmPlugin.Profile;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace NmPlugin.Plugin;

// What comes in over the bus.
internal sealed partial class PluginMachine
{
    private const string NoVpnSetting = "The connection has no vpn setting.";

    /// <summary>A prompt may take minutes: NetworkManager waits vpn.timeout + 180 s for the whole activation.</summary>
    private static readonly TimeSpan s_prompt = TimeSpan.FromSeconds(180);

    private void OnNeedSecrets(PluginEvent.NeedSecretsCalled call, TimeSpan now)
    {
        if (State is PluginState.Init { QuitAt: not null })
        {
            TimeSpan timeout = TimeSpan.FromSeconds(Math.Min(call.Connection.Timeout, 86400)) + ProfileReader.DefaultConnectTimeout;
            State = new PluginState.Init(now + timeout + s_prompt);
        }
        if (!call.Connection.HasVpn)
        {
            Do(new PluginAction.ReplyError(call.Call, VpnError.InvalidConnection, NoVpnSetting));
            return;
        }
        try
        {
            string[] missing = NeededSecrets.Missing(_service.Service, call.Connection);
            _agentGave.UnionWith(missing);
            Do(new PluginAction.ReplyText(call.Call, missing.Length > 0 ? NeededSecrets.Setting : ""));
        }
        catch (TunnelException e)
        {
            Do(new PluginAction.LogFailure(e.Failure));
            Do(new PluginAction.ReplyError(call.Call, ToError(e.Failure.Cause), e.Failure.Sentence));
        }
    }

    /// <summary>STARTING goes out before the reply, the reply before any I/O.</summary>
    private void OnConnect(PluginEvent.ConnectCalled call, TimeSpan now)
    {
        if (State is not (PluginState.Init or PluginState.Stopped))
        {
            Do(new PluginAction.ReplyError(call.Call, VpnError.WrongState, $"Connect is not possible in state {State.Service}."));
            return;
        }
        if (!call.Connection.HasVpn)
        {
            RefuseConnect(call.Call, VpnError.InvalidConnection, NoVpnSetting);
            return;
        }
        if (ReadProfile(call.Connection, out Failure? failure) is not { } profile)
        {
            RefuseConnect(call.Call, ToError(failure!.Cause), failure.Sentence);
            return;
        }
        var wish = new Wish(call.Call.Caller, profile) { Login = call.Interactive ? new Login(call.Connection, Asked: 0) : null };
        Start(wish, call.Call, now);
    }

    /// <summary>The first tunnel, or the one with new secrets.</summary>
    private void Start(Wish wish, IPluginCall call, TimeSpan now)
    {
        VpnProfile profile = wish.Profile;
        int attempt = ++_attempts;
        SetState(new PluginState.Starting(attempt, profile.ConnectTimeout, now + profile.ConnectTimeout + s_connectMargin, wish));
        Do(new PluginAction.Reply(call));
        Do(new PluginAction.WatchPeer(wish.Caller));
        foreach (string warning in profile.Warnings)
        {
            Do(new PluginAction.LogWarning(warning));
        }
        Do(new PluginAction.StartTunnel(attempt, profile));
    }

    /// <summary>Null, with the reason, which has been logged, when the profile cannot be connected.</summary>
    private VpnProfile? ReadProfile(ConnectionSettings connection, out Failure? failure)
    {
        failure = null;
        try
        {
            return ProfileReader.Read(connection, _service);
        }
        catch (TunnelException e)
        {
            failure = e.Failure;
            Do(new PluginAction.LogFailure(failure));
            return null;
        }
    }

    /// <summary>The error reply says it all: a Failure would have no effect here, STOPPED ends the attempt.</summary>
    private void RefuseConnect(IPluginCall call, VpnError error, string text)
    {
        Do(new PluginAction.ReplyError(call, error, text));
        if (State is PluginState.Stopped)
        {
            Do(new PluginAction.EmitState(VpnServiceState.Stopped));
        }
        End(disconnect: null, exitStatus: null);
    }

    private void OnDisconnect(IPluginCall call, TimeSpan now)
    {
        switch (State)
        {
            case PluginState.Init:
                End(call, exitStatus: null);
                break;
            case PluginState.Stopping:
                Do(new PluginAction.ReplyError(call, VpnError.StoppingInProgress, "The connection is being stopped already."));
                break;
            case PluginState.Connected connected:
                StopConnection(connected, new Failure(Cause.Cancelled), tell: null, call, exitStatus: null, now);
                break;
            case PluginState.Stopped:
                Do(new PluginAction.ReplyError(call, VpnError.AlreadyStopped, "There is no connection to stop."));
                break;
        }
    }

    /// <summary>Only an attempt that is alive has a configuration: in other states the peers' base class would jump to STARTED.</summary>
    private void OnSetConfig(PluginEvent.SetConfigCalled call)
    {
        if (State is not (PluginState.Starting or PluginState.Started))
        {
            Do(new PluginAction.ReplyError(call.Call, VpnError.WrongState, $"There is no connection to configure (state {State.Service})."));
            return;
        }
        Do(new PluginAction.EmitConfig(call.Signal, call.Body));
        Do(new PluginAction.Reply(call.Call));
    }

    private void OnSetFailure(IPluginCall call, TimeSpan now)
    {
        if (State is not (PluginState.Starting or PluginState.Started))
        {
            Do(new PluginAction.ReplyError(call, VpnError.WrongState, $"There is no connection that could fail (state {State.Service})."));
            return;
        }
        Do(new PluginAction.Reply(call));
        StopConnection((PluginState.Connected)State, new Failure(Cause.Cancelled), VpnFailure.BadIpConfig, disconnect: null, exitStatus: null, now);
    }

    /// <summary>Error names as the C services use them for the same mistakes.</summary>
    private static VpnError ToError(Cause cause) => cause switch
    {
        Cause.MissingKey => VpnError.LaunchFailed,
        Cause.NoPassword => VpnError.InvalidConnection,
        _ => VpnError.BadArguments,
    };
}
