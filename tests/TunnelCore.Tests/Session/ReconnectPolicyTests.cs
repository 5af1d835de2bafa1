using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Session;

namespace TunnelCore.Tests.Session;

public sealed class ReconnectPolicyTests
{
    [Fact]
    public void TheWaitsAreSpreadOverClients()
    {
        TimeSpan[] waits = [.. Enumerable.Range(1000, 64).Select(process => ReconnectPolicy.Delay(5, process))];
        Assert.All(waits, wait => Assert.InRange(wait.TotalSeconds, 30, 37.5));
        Assert.True(waits.Distinct().Count() > 32, string.Join(' ', waits));
        Assert.Equal(waits[7], ReconnectPolicy.Delay(5, 1007));
        Assert.InRange(ReconnectPolicy.Delay(-1, int.MinValue).TotalSeconds, 1, 1.26);
        Assert.InRange(ReconnectPolicy.Delay(int.MaxValue, int.MaxValue).TotalSeconds, 30, 37.5);
    }

    [Theory]
    [InlineData("ppp0", 0)]
    [InlineData("ppp12", 12)]
    [InlineData("ppp", null)]
    [InlineData("pp", null)]
    [InlineData("ppp-1", null)]
    [InlineData("ppp99999999999", null)]
    [InlineData("tun0", null)]
    [InlineData("", null)]
    public void Unit(string name, int? unit)
    {
        TunnelOptions options = new() { Protocol = TunnelProtocol.Sstp, Server = new ServerEndpoint("h", 443), Ppp = new PppOptions() };
        Assert.Equal(unit, ReconnectPolicy.Again(options, name).Ppp.Unit);
    }

    [Fact]
    public void HopelessCauses()
    {
        string[] hopeless = [.. CauseTable.All.Where(row => ReconnectPolicy.IsHopeless(row.Cause)).Select(row => row.Code)];
        Assert.All(CauseTable.All.Where(row => row.Kind == FailureKind.LoginFailed), row => Assert.Contains(row.Code, hopeless));
        Assert.DoesNotContain(hopeless, code => code.StartsWith("tcp.", StringComparison.Ordinal) || code.StartsWith("dns.", StringComparison.Ordinal)
            || code.StartsWith("connection.", StringComparison.Ordinal) || code.StartsWith("peer.", StringComparison.Ordinal));
    }
}
