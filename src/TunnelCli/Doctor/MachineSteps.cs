using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Session;

namespace TunnelCli.Doctor;

/// <summary>What this machine must have, before any server is asked.</summary>
internal static class MachineSteps
{
    public static IEnumerable<DoctorStep> For(DoctorTarget target)
    {
        string protocol = target.Tunnel.Protocol == TunnelProtocol.Pptp ? "pptp" : "sstp";
        string bus = $"org.freedesktop.NetworkManager.{protocol}";
        yield return new("pppd", MachineProbe.Pppd);
        yield return new("pppd plugin", MachineProbe.PppdPlugin);
        yield return new("kernel PPP", MachineProbe.PppDevice);
        if (target.Tunnel.Ppp.Mppe != MppeRequirement.None || target.Tunnel.Protocol == TunnelProtocol.Pptp)
        {
            yield return new("kernel MPPE", Mppe) { Optional = target.Tunnel.Ppp.Mppe == MppeRequirement.None };
        }

        yield return new("rights", () => "root") { Skipped = MachineProbe.IsRoot ? null : "not root: what needs raw sockets or pppd is left out" };
        yield return new("name file", () => TrustedFile.Check(Holding([$"/usr/lib/NetworkManager/VPN/nm-{protocol}-service.name", $"/etc/NetworkManager/VPN/nm-{protocol}-service.name"], $"service={bus}")));
        yield return new("bus policy", () => Holding([$"/usr/share/dbus-1/system.d/nm-{protocol}-service.conf", $"/etc/dbus-1/system.d/nm-{protocol}-service.conf"], bus));
        foreach (DoctorStep file in Files(target.Tunnel))
        {
            yield return file;
        }
    }

    private static string Mppe() => MachineProbe.Module("ppp_mppe") ?? throw new TunnelException(Cause.NoMppeModule, "ppp_mppe is neither loaded nor installed");

    private static IEnumerable<DoctorStep> Files(TunnelOptions tunnel)
    {
        CertificateLogin? login = tunnel.Ppp.Certificate;
        (string? Path, string? User)[] files =
        [
            (tunnel.Tls.CaFile, tunnel.Tls.FileUser), (tunnel.Tls.CrlFile, tunnel.Tls.FileUser), (login?.CertificateFile, login?.FileUser),
            (login?.KeyFile, login?.FileUser), (login?.CaFile, login?.FileUser), (login?.CrlFile, login?.FileUser),
        ];
        return files.Where(file => file.Path is not null).Distinct()
            .Select(file => new DoctorStep("file", () => MachineProbe.ProfileFileReadable(file.Path!, MachineProbe.IsRoot ? file.User : null)));
    }

    /// <summary>The first of the files that exists, checked to hold a word without which it has no effect.</summary>
    private static string Holding(string[] files, string word)
    {
        string file = files.FirstOrDefault(File.Exists) ?? throw new TunnelException(Cause.NotInstalled, $"{files[0]} is not there");
        try
        {
            return File.ReadAllText(file).Contains(word, StringComparison.Ordinal)
                ? file
                : throw new TunnelException(Cause.NotInstalled, $"{file} does not say {word}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException(Cause.NotInstalled, $"{file}: {e.Message}", e);
        }
    }
}
