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
                OnUp(starting.Attempt, starting.Connection, up, now);
                break;
            case (PluginState.Started started, TunnelEvent.Up up) when started.Attempt == report.Attempt:
                OnUp(started.Attempt, started.Connection, up, now);
                break;
            case (PluginState.Starting starting, TunnelEvent.Down down) when starting.Attempt == report.Attempt:
                // Whatever ends an attempt before it is up has failed, a polite goodbye of the server included.
                TunnelEnded(down.Failure, ToVpnFailure(down.Failure) ?? VpnFailure.ConnectFailed);
                break;
            case (PluginState.Started started, TunnelEvent.Down down) when started.Attempt == report.Attempt:
                TunnelEnded(down.Failure, ToVpnFailure(down.Failure));
                break;
            case (PluginState.Stopping stopping, TunnelEvent.Down) when stopping.Attempt == report.Attempt:
                End(stopping.Disconnect, stopping.ExitStatus);
                break;
        }
    }

    /// <summary>Also again, when addresses changed or IPv6 came later: the signals are sent anew, the state stays.</summary>
    private void OnUp(int attempt, PluginState.Wish wish, TunnelEvent.Up up, TimeSpan now)
    {
        if (IpConfigBuilder.Build(up, wish.Ip6, out var signals) is { } failure)
        {
            Do(new PluginAction.LogFailure(failure));
            StopTunnel(attempt, failure, ToVpnFailure(failure), disconnect: null, exitStatus: null, now);
            return;
        }
        foreach ((ConfigSignal signal, ConfigDictionary body) in signals)
        {
            Do(new PluginAction.EmitConfig(signal, body));
        }
        SetState(new PluginState.Started(attempt, wish));
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
            case PluginState.Starting starting:
                var failure = new Failure(Cause.TimedOut, $"{starting.Allowed.TotalSeconds:0} s");
                Do(new PluginAction.LogFailure(failure));
                StopTunnel(starting.Attempt, failure, VpnFailure.ConnectFailed, disconnect: null, exitStatus: null, now);
                break;
            case PluginState.Stopping:
                // No STOPPED: the tunnel is not gone. The end of the process takes everything with it, and NetworkManager
                // learns of that from the bus.
                Do(new PluginAction.LogWarning("the tunnel does not close, so the service ends without waiting for it"));
                Do(new PluginAction.Quit(1));
                break;
        }
    }

    /// <summary>NetworkManager goes without a word; a tunnel that nobody can stop any more must not stay.</summary>
    /// <param name="name">NetworkManager's well-known name, or the unique name of somebody who has called Connect.</param>
    /// <param name="now">As in <see cref="Step"/>.</param>
    private void OnPeerGone(string name, TimeSpan now)
    {
        string? caller = (State as PluginState.Starting)?.Connection.Caller ?? (State as PluginState.Started)?.Connection.Caller;
        bool isFormerCaller = name.StartsWith(':') && name != caller;
        switch (State)
        {
            case PluginState.Init when !_persist:
                Do(new PluginAction.LogNotice($"{name} has left the bus"));
                End(disconnect: null, exitStatus: 0);
                break;
            case PluginState.Starting or PluginState.Started when !isFormerCaller:
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
            case PluginState.Starting starting:
                StopTunnel(starting.Attempt, reason, tell: null, disconnect: null, exitStatus, now);
                break;
            case PluginState.Started started:
                StopTunnel(started.Attempt, reason, tell: null, disconnect: null, exitStatus, now);
                break;
            case PluginState.Stopping stopping:
                State = stopping with { ExitStatus = exitStatus ?? stopping.ExitStatus };
                break;
            default:
                End(disconnect: null, exitStatus);
                break;
        }
    }
}
