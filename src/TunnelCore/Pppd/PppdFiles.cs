using TunnelCore.Diagnostics;

namespace TunnelCore.Pppd;

/// <summary>Finds pppd and our plugin.</summary>
internal static class PppdFiles
{
    private const string PackageDirectory = "/usr/lib/nm-vpn-plugin";
    private static readonly string[] s_pppd = ["/usr/sbin/pppd", "/sbin/pppd", "/usr/local/sbin/pppd"];

    public static string FindPppd(PppdSettings settings)
    {
        if (settings.PppdPath is { } path)
        {
            return File.Exists(path) ? path : throw new TunnelException(Cause.EngineMissing, $"{path} does not exist");
        }

        return Array.Find(s_pppd, File.Exists)
            ?? throw new TunnelException(Cause.EngineMissing, $"it is none of {string.Join(", ", s_pppd)}");
    }

    /// <summary>An absolute path: pppd looks in a directory of its own otherwise, where another plugin of that name may be.</summary>
    public static string FindPlugin(PppdSettings settings)
    {
        if (settings.PluginPath is { } path)
        {
            return File.Exists(path) ? Path.GetFullPath(path) : throw new TunnelException(Cause.EngineMissing, $"its plugin {path} does not exist");
        }

        string[] places = [Path.Combine(AppContext.BaseDirectory, settings.PluginName), Path.Combine(PackageDirectory, settings.PluginName)];
        return Array.Find(places, File.Exists)
            ?? throw new TunnelException(Cause.NotInstalled, $"the plugin of pppd is not there: {string.Join(", ", places.Distinct())}");
    }
}
