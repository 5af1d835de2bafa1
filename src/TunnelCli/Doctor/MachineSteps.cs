using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace TunnelCli.Doctor;

/// <summary>What this machine must have, before any server is asked.</summary>
internal static class MachineSteps
{
    private const string PppDevice = "/dev/ppp";
    private const string ServiceName = "org.freedesktop.NetworkManager.sstp";

    private static readonly string[] s_nameFiles = ["/usr/lib/NetworkManager/VPN/nm-sstp-service.name", "/etc/NetworkManager/VPN/nm-sstp-service.name"];

    private static readonly string[] s_policyFiles =
    [
        "/usr/share/dbus-1/system.d/nm-sstp-service.conf",
        "/etc/dbus-1/system.d/nm-sstp-service.conf",
    ];

    public static IReadOnlyList<DoctorStep> All { get; } =
    [
        new("pppd", _ => Task.FromResult(ServerProbe.FindPppd())),
        new("pppd plugin", _ => Task.FromResult(ServerProbe.FindPppdPlugin())),
        new("kernel PPP", _ => Task.FromResult(File.Exists(PppDevice) ? PppDevice : throw new TunnelException(Cause.NoPppDevice, "modprobe ppp_generic"))),
        new("name file", _ => Task.FromResult(TrustedFile.Check(Holding(s_nameFiles, $"service={ServiceName}")))),
        new("bus policy", _ => Task.FromResult(Holding(s_policyFiles, ServiceName))),
    ];

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
