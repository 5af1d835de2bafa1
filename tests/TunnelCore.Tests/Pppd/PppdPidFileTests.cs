using TunnelCore.Pppd;

namespace TunnelCore.Tests.Pppd;

public sealed class PppdPidFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pppd-pid-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void T60_OnlyTheFileOfTheDeadPppdGoes()
    {
        foreach ((string name, string text) in new[] { ("ppp0.pid", "4711\n"), ("ppp1.pid", "47110\n"), ("ppp2.pid", "no number"), ("other.pid", "4711\n") })
        {
            File.WriteAllText(Path.Combine(_directory, name), text);
        }

        PppdPidFile.Remove(4711, _directory);
        Assert.Equal(["other.pid", "ppp1.pid", "ppp2.pid"], Directory.EnumerateFiles(_directory).Select(Path.GetFileName).Order());
    }
}
