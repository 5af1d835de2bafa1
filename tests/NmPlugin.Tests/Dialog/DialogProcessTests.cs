using System.Diagnostics;
using NmPlugin.Tests.Support;
using static NmPlugin.Tests.Support.AgentInput;
using static NmPlugin.Tests.Support.DialogRun;

namespace NmPlugin.Tests.Dialog;

/// <summary>The executable itself: no display, no bus, real pipes.</summary>
public sealed class DialogProcessTests
{
    [Fact]
    public async Task A02_T79_AsksAndEndsAtOnce_ThoughStandardInputStaysOpen()
    {
        DialogRun run = await OfProcessAsync(External("-i", "-t", "x-vpn-message:Täglich neu"), Nmcli(Base), close: false);
        Assert.Equal(await OfAsync(External("-i", "-t", "x-vpn-message:Täglich neu"), Nmcli(Base)), run);
        Assert.Equal("true", run.Groups()["password"]["ShouldAsk"]);
    }

    [Fact]
    public async Task A01_PptpUnderItsName()
    {
        DialogRun run = await OfProcessAsync([.. Who(Pptp), "--external-ui-mode", "-i"], Nmcli([("gateway", "g")]), name: "nm-pptp-auth-dialog");
        Assert.Equal("true", run.Groups()["password"]["ShouldAsk"]);
    }

    [Fact]
    public async Task A09_StandardMode() =>
        Assert.Equal(new DialogRun(0, "password\npw\n\n\n", ""), await OfProcessAsync(Who(), Shell(Base, ("password", "pw")) + "QUIT\n\n", close: false));

    [Fact]
    public async Task A10_ClosedStandardInput()
    {
        DialogRun run = await OfProcessAsync(External("-i"), "");
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Equal("nm-sstp-auth-dialog: standard input says nothing about the connection\n", run.Errors);
    }

    [Theory]
    [InlineData("<&-", "closed")]
    [InlineData("</", "cannot be read")]
    [InlineData("0>/dev/null", "closed")]
    public async Task A10_UnreadableStandardInput(string redirection, string words)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "nm-vpn-plugin");
        var start = new ProcessStartInfo("sh", ["-c", $"exec {program} nm-sstp-auth-dialog \"$@\" {redirection}", "sh", .. External("-i")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        string errors = await process.StandardError.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((1, ""), (process.ExitCode, output));
        Assert.StartsWith("nm-sstp-auth-dialog: standard input ", errors, StringComparison.Ordinal);
        Assert.Contains(words, errors, StringComparison.Ordinal);
        Assert.Equal(1, errors.Count(c => c == '\n'));
    }

    [Fact]
    public async Task T79_LineOfAMebibyte()
    {
        DialogRun run = await OfProcessAsync(External("-i"), "SECRET_KEY=password\nSECRET_VAL=" + new string('x', 1024 * 1024));
        Assert.Equal(new DialogRun(1, "", "nm-sstp-auth-dialog: a line on standard input is longer than 512 KiB\n"), run);
    }

    [Fact]
    public async Task Garbage()
    {
        var random = new Random(4711);
        string garbage = string.Concat(Enumerable.Range(0, 20_000).Select(_ => (char)random.Next(1, 0x3000)));
        DialogRun run = await OfProcessAsync(External("-i"), garbage);
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Help()
    {
        DialogRun run = await OfProcessAsync(["--help"], "");
        Assert.Equal((0, ""), (run.Status, run.Errors));
        Assert.Contains("--external-ui-mode", run.Output, StringComparison.Ordinal);
    }
}
