using TunnelCore.Pppd;

namespace TunnelCore.Session;

/// <summary>pppd, for programs that become it.</summary>
public static class PppdProgram
{
    /// <summary>Its path.</summary>
    /// <exception cref="Diagnostics.TunnelException">EngineMissing.</exception>
    public static string Find() => PppdFiles.FindPppd(PppdSettings.Default);
}
