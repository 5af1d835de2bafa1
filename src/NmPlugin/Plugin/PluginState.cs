namespace NmPlugin.Plugin;

/// <summary>The state of the service, each with what is valid in it.</summary>
/// <param name="Service">What NetworkManager sees.</param>
internal abstract record PluginState(VpnServiceState Service)
{
    /// <summary>Nothing connected yet.</summary>
    /// <param name="QuitAt">Nobody has called for so long that nobody will; null = wait for ever.</param>
    public sealed record Init(TimeSpan? QuitAt) : PluginState(VpnServiceState.Init);

    /// <summary>The tunnel is on its way up.</summary>
    /// <param name="Attempt">Number of the tunnel.</param>
    /// <param name="Allowed">What the profile allows.</param>
    /// <param name="GiveUpAt">Latest time for the tunnel to be up.</param>
    /// <param name="Connection">Who wants it.</param>
    public sealed record Starting(int Attempt, TimeSpan Allowed, TimeSpan GiveUpAt, Wish Connection) : PluginState(VpnServiceState.Starting);

    /// <summary>The tunnel carries traffic.</summary>
    /// <param name="Attempt">Number of the tunnel.</param>
    /// <param name="Connection">Who wants it.</param>
    public sealed record Started(int Attempt, Wish Connection) : PluginState(VpnServiceState.Started);

    /// <summary>The tunnel has been told to stop and is not gone yet.</summary>
    /// <param name="Attempt">Number of the tunnel.</param>
    /// <param name="KillAt">When to end the process without it: with the process all of the tunnel goes.</param>
    /// <param name="Disconnect">The Disconnect call that gets its reply after STOPPED.</param>
    /// <param name="ExitStatus">Null = quit as the options say, with 0.</param>
    public sealed record Stopping(int Attempt, TimeSpan KillAt, IPluginCall? Disconnect, int? ExitStatus) : PluginState(VpnServiceState.Stopping);

    public sealed record Stopped() : PluginState(VpnServiceState.Stopped);

    /// <summary>What stays the same from Connect to the end.</summary>
    /// <param name="Caller">Unique bus name of who called Connect.</param>
    /// <param name="Ip6">IPv6 may be reported.</param>
    public sealed record Wish(string Caller, bool Ip6);
}
