namespace TunnelCore.Tests.Pppd;

public sealed class PluginTests
{
    [Fact]
    public void C79_PluginUnderSanitizers_InBothPppdLayouts_AgainstAHostileCore()
    {
        Assert.Contains("pppd layout 249: 230 cases, 0 failed", PluginBuild.Output, StringComparison.Ordinal);
        Assert.Contains("pppd layout 250: 230 cases, 0 failed", PluginBuild.Output, StringComparison.Ordinal);
    }
}
