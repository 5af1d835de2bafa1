using TunnelCore.Session;

namespace TunnelCli.Doctor;

/// <summary>The way to the server, in the order in which a connection goes it.</summary>
internal static class ServerSteps
{
    public static IEnumerable<DoctorStep> For(DoctorOptions options)
    {
        ServerProbe probe = new(options.Server, options.Tls);
        return
        [
            new("name", probe.ResolveAsync),
            new("TLS", probe.HandshakeAsync),
            new("SSTP", probe.CallAsync),
        ];
    }
}
