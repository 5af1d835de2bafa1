using NmPlugin.Profile;

namespace NmPlugin.Tests.Differential;

/// <summary>Needs root, and the distribution's services to compare with.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "needs root";
        }
        else if (VpnService.All.FirstOrDefault(service => !IsPeer(PathOf(service))) is { } missing)
        {
            Skip = $"the distribution's {missing.Program} is not installed";
        }
    }

    public static string PathOf(VpnService service) => $"/usr/lib/NetworkManager/{service.Program}";

    /// <summary>Ours may be installed in its place.</summary>
    private static bool IsPeer(string path) => File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is null;
}
