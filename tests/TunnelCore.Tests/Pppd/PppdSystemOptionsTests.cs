using System.Text;
using TunnelCore.Pppd;

namespace TunnelCore.Tests.Pppd;

/// <summary>What root's own options file does to every connection.</summary>
public sealed class PppdSystemOptionsTests
{
    [Theory]
    [InlineData("# sync\nasyncmap 0\nauth\ncrtscts\nlock\nhide-password\nmodem\nlcp-echo-interval 30\nnoipx\n", "")]
    [InlineData("sync\n", "sync")]
    [InlineData("lock passive\tsilent\r\nsilent # sync", "passive silent")]
    [InlineData("refuse-mschap-v2", "refuse-mschap-v2")]
    [InlineData("", "")]
    public void OnlyWhatMayDoHarmIsNamed(string file, string harmful) =>
        Assert.Equal(harmful, string.Join(' ', PppdSystemOptions.Harmful(Encoding.UTF8.GetBytes(file))));
}
