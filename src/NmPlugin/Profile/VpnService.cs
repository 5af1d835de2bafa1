using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>A VPN service that this program can be: one row per protocol.</summary>
/// <param name="Protocol">What its tunnels run.</param>
/// <param name="Name">NetworkManager's short name of the VPN type.</param>
internal sealed record VpnService(TunnelProtocol Protocol, string Name)
{
    public static VpnService Sstp { get; } = new(TunnelProtocol.Sstp, "sstp");

    public static VpnService Pptp { get; } = new(TunnelProtocol.Pptp, "pptp");

    public static IReadOnlyList<VpnService> All { get; } = [Sstp, Pptp];

    /// <summary>The name that the program is called by.</summary>
    public string Program => $"nm-{Name}-service";

    /// <summary>The name that its auth-dialog is called by.</summary>
    public string Dialog => $"nm-{Name}-auth-dialog";

    /// <summary>In front of its log lines.</summary>
    public string LogName => $"nm-{Name}";

    /// <summary>vpn.service-type, and the D-Bus name when the command line has none.</summary>
    public string BusName => $"org.freedesktop.NetworkManager.{Name}";

    /// <summary>The keys of its profiles.</summary>
    public ProfileKeyTable Keys => ProfileKeys.Of(Protocol);

    /// <summary>The secrets that its profiles can need.</summary>
    public IReadOnlyList<NeededSecret> Secrets => NeededSecrets.Of(Protocol);
}
