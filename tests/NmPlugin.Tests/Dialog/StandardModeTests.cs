using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using NmPlugin.Tests.Support;
using static NmPlugin.Tests.Support.AgentInput;
using static NmPlugin.Tests.Support.DialogRun;

namespace NmPlugin.Tests.Dialog;

/// <summary>Without --external-ui-mode: names and values in turn.</summary>
public sealed class StandardModeTests
{
    [Theory]
    [InlineData("-i")]
    [InlineData("--unknown")]
    public async Task A09_KnownPassword(string option)
    {
        DialogRun run = await OfAsync([.. Who(), option], Applet(Base, ("password", "pw")));
        Assert.Equal(new DialogRun(0, "password\npw\n\n\n", ""), run);
    }

    [Fact]
    public async Task A09_WaitsForQuit()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(Shell(Base, ("password", "pw"))));
        Task<DialogRun> running = OfAsync(Who(), pipe.Reader.AsStream());
        Assert.NotSame(running, await Task.WhenAny(running, Task.Delay(100)));
        await pipe.Writer.WriteAsync("QUIT\n\n"u8.ToArray());
        Assert.Equal(new DialogRun(0, "password\npw\n\n\n", ""), await running.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task A09_WaitsOnlySoLong()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.UTF8.GetBytes(Shell(Base, ("password", "pw"))));
        var clock = Stopwatch.StartNew();
        DialogRun run = await OfAsync(Who(), pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(200));
        Assert.Equal(new DialogRun(0, "password\npw\n\n\n", ""), run);
        Assert.InRange(clock.ElapsedMilliseconds, 150, 10_000);
    }

    [Fact]
    public async Task T79_UnknownPasswordWithoutInteraction() =>
        Assert.Equal(new DialogRun(0, "\n\n", ""), await OfAsync(Who(), Applet(Base)));

    [Fact]
    public async Task NothingNeeded() =>
        Assert.Equal(new DialogRun(0, "no-secret\ntrue\n\n\n", ""), await OfAsync([.. Who(), "-i"], Applet(With(("password-flags", "4")))));

    [Theory]
    [InlineData("1", "")]
    [InlineData("2", "pw-0815")]
    public async Task ThereIsNoWindowToAskIn(string flags, string password)
    {
        DialogRun run = await OfAsync([.. Who(), "-i"], Applet(With(("password-flags", flags)), ("password", password)));
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains("--external-ui-mode", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AValueOfSeveralLinesCannotForgeAnother() =>
        Assert.Equal("\n\n", (await OfAsync(Who(), Nmcli(Base, ("password", "a\nproxy-password\nb")))).Output);
}
