namespace TunnelCore.Tests.Transport;

/// <summary>A test that needs root and an installed pptpd.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PptpdFactAttribute : FactAttribute
{
    public const string Pptpd = "/usr/sbin/pptpd";

    public PptpdFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists(Pptpd))
        {
            Skip = "needs root and " + Pptpd;
        }
    }
}
