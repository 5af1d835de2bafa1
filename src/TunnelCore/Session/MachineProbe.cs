using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Pppd;

namespace TunnelCore.Session;

/// <summary>What this machine has for tunnels. Throws <see cref="TunnelException"/> for what is missing.</summary>
public static class MachineProbe
{
    private const string Device = "/dev/ppp";
    private const int MaxFile = 64 << 20;

    public static bool IsRoot => Libc.EffectiveUser() == 0;

    public static string Pppd()
    {
        string path = PppdFiles.FindPppd(PppdSettings.Default);
        return $"{path}, version {PppdVersion.Ask(path)?.ToString() ?? "not known"}";
    }

    public static string PppdPlugin() => PppdFiles.FindPlugin(PppdSettings.Default);

    public static string PppDevice() => File.Exists(Device) ? Device : throw new TunnelException(
        Cause.NoPppDevice, Module("ppp_generic") ?? "its module is neither loaded nor installed");

    /// <summary>Whether a kernel module is loaded, built in or can be loaded; in words.</summary>
    /// <returns>Null when it is nowhere.</returns>
    public static string? Module(string name)
    {
        string modules = $"/lib/modules/{ReadOrEmpty("/proc/sys/kernel/osrelease").Trim()}";
        return Directory.Exists($"/sys/module/{name}") ? $"{name} is loaded"
            : ReadOrEmpty($"{modules}/modules.builtin").Contains($"/{name}.ko", StringComparison.Ordinal) ? $"{name} is built in"
            : ReadOrEmpty($"{modules}/modules.dep").Contains($"/{name}.ko", StringComparison.Ordinal) ? $"{name} is there and loaded when it is needed"
            : null;
    }

    /// <summary>The file with its owner's rights can be read; throws MissingFile.</summary>
    /// <param name="path">What a profile names.</param>
    /// <param name="user">Whose rights count; null = this process's.</param>
    public static string ProfileFileReadable(string path, string? user) => $"{path} can be read, {ProfileFile.Read(path, MaxFile, user).Length} bytes";

    private static string ReadOrEmpty(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
