namespace TunnelCore.Tests.Pppd;

public sealed class PluginTests
{
    [Fact]
    public void C79_P08_P09_P10_PluginUnderSanitizers_InBothPppdLayouts_AgainstAHostileCore()
    {
        Assert.Contains("pppd layout 249: 306 cases, 0 failed", PluginBuild.Output, StringComparison.Ordinal);
        Assert.Contains("pppd layout 250: 306 cases, 0 failed", PluginBuild.Output, StringComparison.Ordinal);
    }
}
