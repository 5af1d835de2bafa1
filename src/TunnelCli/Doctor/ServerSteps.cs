using TunnelCore.Session;

namespace TunnelCli.Doctor;

/// <summary>The way to the server, in the order in which a connection goes it.</summary>
internal static class ServerSteps
{
    private const string NotRoot = "root is needed";

    public static IEnumerable<DoctorStep> For(DoctorTarget target)
    {
        TunnelOptions tunnel = target.Tunnel;
        ServerProbe probe = new(tunnel.Server, tunnel.Tls, tunnel.Proxy);
        IEnumerable<DoctorStep> way =
        [
            new("name", probe.ResolveAsync),
            new("route", probe.RouteAsync),
            new("TCP", probe.DialAsync),
            .. tunnel.Protocol == TunnelProtocol.Pptp ? Pptp(tunnel) : Sstp(tunnel, probe),
        ];
        return target.Login ? [.. way, Login(tunnel)] : way;
    }

    private static IEnumerable<DoctorStep> Sstp(TunnelOptions tunnel, ServerProbe probe) =>
    [
        .. tunnel.Proxy is null ? Array.Empty<DoctorStep>() : [new DoctorStep("proxy", probe.ProxyAsync)],
        new("TLS", probe.HandshakeAsync),
        new("SSTP", probe.CallAsync),
    ];

    private static IEnumerable<DoctorStep> Pptp(TunnelOptions tunnel)
    {
        PptpProbe probe = new(tunnel.Server);
        string? skipped = MachineProbe.IsRoot ? null : NotRoot;
        return [new("PPTP", probe.CallAsync) { Skipped = skipped }, new("GRE", probe.GreAsync) { Skipped = skipped }];
    }

    private static DoctorStep Login(TunnelOptions tunnel) =>
        new("login", cancellation => LoginProbe.LoginAsync(tunnel, cancellation)) { Skipped = MachineProbe.IsRoot ? null : NotRoot };
}
