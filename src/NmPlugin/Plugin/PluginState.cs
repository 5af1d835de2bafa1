using TunnelCore.Diagnostics;

namespace NmPlugin.Plugin;

/// <summary>The state of the service, each with what is valid in it.</summary>
/// <param name="Service">What NetworkManager sees.</param>
internal abstract record PluginState(VpnServiceState Service)
{
    /// <summary>From Connect to the end of its last tunnel: who wants what.</summary>
    public Wish? Wanted => (this as Connected)?.Connection;

    /// <summary>Nothing connected yet.</summary>
    /// <param name="QuitAt">Nobody has called for so long that nobody will; null = wait for ever.</param>
    public sealed record Init(TimeSpan? QuitAt) : PluginState(VpnServiceState.Init);

    /// <summary>Somebody has called Connect, and it is not over.</summary>
    public abstract record Connected(VpnServiceState Service, Wish Connection) : PluginState(Service);

    /// <summary>The tunnel is on its way up.</summary>
    /// <param name="Attempt">Number of the tunnel.</param>
    /// <param name="Allowed">What the profile allows.</param>
    /// <param name="GiveUpAt">Latest time for the tunnel to be up.</param>
    /// <param name="Connection">Who wants it.</param>
    /// <param name="Outage">It has been up before: this is a reconnect. Null = the first time.</param>
    public sealed record Starting(int Attempt, TimeSpan Allowed, TimeSpan GiveUpAt, Wish Connection, Outage? Outage = null)
        : Connected(VpnServiceState.Starting, Connection)
    {
        /// <summary>The time of this attempt to reconnect is over; its tunnel has been told to stop.</summary>
        public bool IsCut { get; init; }
    }

    /// <summary>The server refused a secret. There is no tunnel; NetworkManager asks the user for another one.</summary>
    /// <param name="Refused">What goes out when no answer comes.</param>
    /// <param name="GiveUpAt">NetworkManager has given up long before.</param>
    /// <param name="Connection">Who wants it.</param>
    public sealed record Asking(Failure Refused, TimeSpan GiveUpAt, Wish Connection) : Connected(VpnServiceState.Starting, Connection);

    /// <summary>The tunnel is lost and will be tried again. There is none meanwhile.</summary>
    /// <param name="Outage">How it stands.</param>
    /// <param name="RetryAt">When; a change in the network brings it forward.</param>
    /// <param name="Connection">Who wants it.</param>
    public sealed record Waiting(Outage Outage, TimeSpan RetryAt, Wish Connection) : Connected(VpnServiceState.Starting, Connection);

    /// <summary>The tunnel carries traffic.</summary>
    /// <param name="Attempt">Number of the tunnel.</param>
    /// <param name="Connection">Who wants it.</param>
    public sealed record Started(int Attempt, Wish Connection) : Connected(VpnServiceState.Started, Connection);

    /// <summary>The tunnel has been told to stop and is not gone yet.</summary>
    /// <param name="Attempt">Number of the tunnel.</param>
    /// <param name="KillAt">When to end the process without it: with the process all of the tunnel goes.</param>
    /// <param name="Disconnect">The Disconnect call that gets its reply after STOPPED.</param>
    /// <param name="ExitStatus">Null = quit as the options say, with 0.</param>
    /// <param name="Connection">Who wanted it.</param>
    public sealed record Stopping(int Attempt, TimeSpan KillAt, IPluginCall? Disconnect, int? ExitStatus, Wish Connection)
        : Connected(VpnServiceState.Stopping, Connection);

    public sealed record Stopped() : PluginState(VpnServiceState.Stopped);
}
