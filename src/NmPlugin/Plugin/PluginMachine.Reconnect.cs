using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Plugin;

// vpn.persistent: a tunnel that was up is made again when it is lost (nm-vpn-plugin 8). Config has said can-persist, so NetworkManager
// keeps the connection: STARTING while it is tried, then Config, Ip4Config and STARTED as at first. No timer of NetworkManager runs
// meanwhile, so giving up is ours.
internal sealed partial class PluginMachine
{
    /// <summary>Several addresses and routes come and go at once when a network does.</summary>
    private static readonly TimeSpan s_networkSettles = TimeSpan.FromSeconds(1);

    /// <summary>A tunnel that was up is gone, or an attempt to make it again has failed.</summary>
    private void OnLost(Wish wish, Outage? outage, Failure failure, TimeSpan now)
    {
        if (wish.Reconnect is not { } limit || ReconnectPolicy.IsHopeless(failure.Cause))
        {
            TunnelEnded(failure, ToVpnFailure(failure));
            return;
        }
        if (outage is null)
        {
            Do(new PluginAction.LogFailure(failure));
            Do(new PluginAction.LogNotice($"reconnecting, for {limit.TotalSeconds:0} s at most"));
            Do(new PluginAction.WatchNetwork());
            outage = new Outage(now, now + limit, 0, failure);
        }
        else if (failure.Cause != outage.Last.Cause)
        {
            // A server that stays away is said once, not every half minute.
            Do(new PluginAction.LogFailure(failure));
        }
        TimeSpan retryAt = now + ReconnectPolicy.Delay(outage.Tries, _service.ProcessId);
        SetState(new PluginState.Waiting(outage with { Last = failure }, retryAt < outage.GiveUpAt ? retryAt : outage.GiveUpAt, wish));
    }

    private void Reconnect(PluginState.Waiting waiting, TimeSpan now)
    {
        Outage outage = waiting.Outage;
        if (now >= outage.GiveUpAt)
        {
            Do(new PluginAction.LogNotice($"giving up after {(now - outage.Since).TotalSeconds:0} s and {outage.Tries} attempts"));
            TunnelEnded(outage.Last, ToVpnFailure(outage.Last) ?? VpnFailure.ConnectFailed);
            return;
        }
        Wish wish = waiting.Connection;
        TimeSpan allowed = wish.Profile.ConnectTimeout;
        TunnelOptions again = ReconnectPolicy.Again(wish.Profile.Tunnel, wish.Interface);
        int attempt = ++_attempts;
        SetState(new PluginState.Starting(attempt, allowed, now + allowed, wish, outage with { Tries = outage.Tries + 1 }));
        Do(new PluginAction.StartTunnel(attempt, wish.Profile with { Tunnel = again }) { IsRepeated = true });
    }

    /// <summary>Its Down comes next, and with it the next attempt.</summary>
    private void OnReconnectTooSlow(PluginState.Starting starting, TimeSpan now)
    {
        if (starting.IsCut)
        {
            QuitWithTheTunnel();
            return;
        }
        State = starting with { IsCut = true, GiveUpAt = now + s_closeLimit };
        Do(new PluginAction.StopTunnel(new Failure(Cause.TimedOut, $"{starting.Allowed.TotalSeconds:0} s")));
    }

    private void OnNetworkChanged(TimeSpan now)
    {
        if (State is PluginState.Waiting waiting && now + s_networkSettles < waiting.RetryAt)
        {
            State = waiting with { RetryAt = now + s_networkSettles };
        }
    }
}
