using TunnelCore.Link;

namespace TunnelCore.Session;

/// <summary>What the network protocols have agreed on so far in one tunnel.</summary>
internal sealed class NetworkState
{
    public string Interface { get; set; } = "";

    /// <summary>As the engine set it up.</summary>
    public int EngineMtu { get; set; }

    /// <summary>As it was announced.</summary>
    public int Mtu { get; set; }

    public Ip4Configuration? Ip4 { get; set; }

    public Ip6Configuration? Ip6 { get; set; }

    /// <summary>The tunnel has carried traffic at some time.</summary>
    public bool WasUp { get; set; }

    /// <summary>When, on the session's clock, it gives up waiting for a network protocol; null = not waiting.</summary>
    public TimeSpan? Deadline { get; set; }

    public bool IsUp => Ip4 is not null || Ip6 is not null;
}
