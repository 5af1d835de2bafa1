using NmPlugin.IpConfig;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Plugin;

// What comes from the tunnel, the clock, the system and the bus itself.
internal sealed partial class PluginMachine
{
    private void OnTunnel(PluginEvent.TunnelReported report, TimeSpan now)
    {
        switch (State, report.Event)
        {
            case (PluginState.Starting starting, TunnelEvent.Up up) when starting.Attempt == report.Attempt:
                OnUp(starting, starting.Attempt, up, now);
                break;
            case (PluginState.Started started, TunnelEvent.Up up) when started.Attempt == report.Attempt:
                OnUp(started, started.Attempt, up, now);
                break;
            case (PluginState.Starting { Outage: { } outage } starting, TunnelEvent.Down down) when starting.Attempt == report.Attempt:
                OnLost(starting.Connection, outage, down.Failure, now);
                break;
            case (PluginState.Starting starting, TunnelEvent.Down down) when starting.Attempt == report.Attempt:
                // Whatever ends an attempt before it is up has failed, a polite goodbye of the server included.
                if (!AskAgain(starting.Connection, down.Failure, now))
                {
                    TunnelEnded(down.Failure, ToVpnFailure(down.Failure) ?? VpnFailure.ConnectFailed);
                }
                break;
            case (PluginState.Started started, TunnelEvent.Down down) when started.Attempt == report.Attempt:
                OnLost(started.Connection, outage: null, down.Failure, now);
                break;
            case (PluginState.Stopping stopping, TunnelEvent.Down) when stopping.Attempt == report.Attempt:
                End(stopping.Disconnect, stopping.ExitStatus);
                break;
        }
    }

    /// <summary>Also again, when addresses changed or IPv6 came later: the signals are sent anew, the state stays.</summary>
    private void OnUp(PluginState.Connected from, int attempt, TunnelEvent.Up up, TimeSpan now)
    {
        Wish wish = from.Connection;
        if (IpConfigBuilder.Build(up, wish.Ip6, wish.Reconnect is not null, out var signals) is { } failure)
        {
            Do(new PluginAction.LogFailure(failure));
            StopConnection(from, failure, ToVpnFailure(failure), disconnect: null, exitStatus: null, now);
            return;
        }
        foreach ((ConfigSignal signal, ConfigDictionary body) in signals)
        {
            Do(new PluginAction.EmitConfig(signal, body));
        }
        if ((from as PluginState.Starting)?.Outage is { } outage)
        {
            Do(new PluginAction.LogNotice($"the tunnel is back after {(now - outage.Since).TotalSeconds:0.0} s"));
        }
        // Up means that the login was good: nobody will be asked for secrets again.
        SetState(new PluginState.Started(attempt, wish with { Interface = up.Interface, Login = null }));
    }

    /// <summary>The tunnel is down by itself, and completely.</summary>
    private void TunnelEnded(Failure failure, VpnFailure? tell)
    {
        Do(new PluginAction.LogFailure(failure));
        if (tell is { } kind)
        {
            Do(new PluginAction.EmitFailure(kind));
        }
        Do(new PluginAction.EmitState(VpnServiceState.Stopping));
        End(disconnect: null, exitStatus: null);
    }

    private void OnTick(TimeSpan now)
    {
        if (Deadline is not { } deadline || now < deadline)
        {
            return;
        }
        switch (State)
        {
            case PluginState.Init:
                Do(new PluginAction.LogNotice("nobody has used this service, so it ends"));
                End(disconnect: null, exitStatus: 0);
                break;
            case PluginState.Starting { Outage: not null } starting:
                OnReconnectTooSlow(starting, now);
                break;
            case PluginState.Starting starting:
                var failure = new Failure(Cause.TimedOut, $"{starting.Allowed.TotalSeconds:0} s");
                Do(new PluginAction.LogFailure(failure));
                StopConnection(starting, failure, VpnFailure.ConnectFailed, disconnect: null, exitStatus: null, now);
                break;
            case PluginState.Asking asking:
                Do(new PluginAction.LogNotice("nobody has answered"));
                StopConnection(asking, asking.Refused, VpnFailure.LoginFailed, disconnect: null, exitStatus: null, now);
                break;
            case PluginState.Waiting waiting:
                Reconnect(waiting, now);
                break;
            case PluginState.Stopping:
                QuitWithTheTunnel();
                break;
        }
    }

    /// <summary>No STOPPED: the tunnel is not gone. The end of the process takes it along; NetworkManager learns of that from the bus.</summary>
    private void QuitWithTheTunnel()
    {
        Do(new PluginAction.LogWarning("the tunnel does not close, so the service ends without waiting for it"));
        Do(new PluginAction.Quit(1));
    }

    /// <summary>NetworkManager goes without a word; a tunnel that nobody can stop any more must not stay.</summary>
    /// <param name="name">NetworkManager's well-known name, or the unique name of somebody who has called Connect.</param>
    /// <param name="now">As in <see cref="Step"/>.</param>
    private void OnPeerGone(string name, TimeSpan now)
    {
        bool isFormerCaller = name.StartsWith(':') && name != State.Wanted?.Caller;
        switch (State)
        {
            case PluginState.Init when !_persist:
                Do(new PluginAction.LogNotice($"{name} has left the bus"));
                End(disconnect: null, exitStatus: 0);
                break;
            case PluginState.Connected and not PluginState.Stopping when !isFormerCaller:
                Do(new PluginAction.LogNotice($"{name} has left the bus, so the connection is stopped"));
                StopNow(exitStatus: null, now);
                break;
        }
    }

    private void OnBusLost(TimeSpan now)
    {
        Do(new PluginAction.LogWarning("the D-Bus connection is lost"));
        StopNow(exitStatus: 1, now);
    }

    private void OnTerminate(TimeSpan now) => StopNow(exitStatus: 0, now);

    /// <summary>Stops whatever there is; with an exit status, the process ends in any case.</summary>
    private void StopNow(int? exitStatus, TimeSpan now)
    {
        Failure reason = new(exitStatus is null ? Cause.Cancelled : Cause.ShuttingDown);
        switch (State)
        {
            case PluginState.Stopping stopping:
                State = stopping with { ExitStatus = exitStatus ?? stopping.ExitStatus };
                break;
            case PluginState.Connected connected:
                StopConnection(connected, reason, tell: null, disconnect: null, exitStatus, now);
                break;
            default:
                End(disconnect: null, exitStatus);
                break;
        }
    }
}
