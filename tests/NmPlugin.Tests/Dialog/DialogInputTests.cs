using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using NmPlugin.Dialog;
using NmPlugin.Tests.Support;
using static NmPlugin.Tests.Support.DialogRun;

namespace NmPlugin.Tests.Dialog;

/// <summary>The protocol on standard input and its bounds.</summary>
public sealed class DialogInputTests
{
    private const string Secret = "SECRET_KEY=password\nSECRET_VAL=pw-0815\n";

    private static async Task RefusedAsync(string input, string words) => Refused(await OfAsync(External("-i"), input), words);

    private static void Refused(DialogRun run, string words)
    {
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains(words, run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
        Assert.DoesNotContain("pw-0815", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("DONE\n")]
    [InlineData("DATA_KEY=gateway\nDONE\n")]
    [InlineData("junk\nmore junk\nDONE\n")]
    public Task A10_T79_NothingAboutTheConnection(string input) => RefusedAsync(input, "says nothing");

    [Theory]
    [InlineData("DATA_VAL=x\n")]
    [InlineData("DATA_KEY=a\nSECRET_VAL=pw-0815\n")]
    [InlineData("SECRET_KEY=a\nDATA_VAL=x\n")]
    [InlineData("DATA_KEY=a\nDATA_KEY=b\n")]
    [InlineData("DATA_KEY=a\nSECRET_KEY=b\n")]
    [InlineData("DATA_KEY=a\nDATA_VAL=b\nDATA_VAL=c\n")]
    [InlineData(Secret + "SECRET_VAL=pw-0815\n")]
    public Task T79_AValueMustFollowItsKey(string input) => RefusedAsync(input, "must follow its key");

    [Fact]
    public Task T79_ContinuationOfNothing() => RefusedAsync("=x\n" + Secret, "continues");

    [Fact]
    public Task CallerGivesUp() => RefusedAsync(Secret + "QUIT\n", "gave up");

    [Theory]
    [InlineData("\nSECRET_KEY=pass\n=word\nSECRET_VAL=pw\nDONE\n", "")]
    [InlineData(Secret, "pw-0815")]
    [InlineData("SECRET_KEY=password\nSECRET_VAL=pw-0815", "pw-0815")]
    [InlineData("SECRET_KEY=password\0SECRET_VAL=pw-0815\0DONE\0", "pw-0815")]
    [InlineData("SECRET_KEY=password\n\nSECRET_VAL=pw\n=\n==\nDONE\n", "pw\\n\\n=")]
    [InlineData("SECRET_KEY=password\nSECRET_VAL=first\n\nSECRET_KEY=password\nSECRET_VAL=second\nDONE\n", "second")]
    [InlineData("junk\nSECRET_KEY=password\nSECRET_VAL=pw\n\njunk\nDONE\n", "pw")]
    [InlineData("DONE_NOT=1\n" + Secret + "DONE\nSECRET_KEY=password\nSECRET_VAL=late\n", "pw-0815")]
    public async Task T79_WhatIsTaken(string input, string value) =>
        Assert.Equal(value, (await OfAsync(External("-i"), input)).Groups()["password"]["Value"]);

    [Fact]
    public async Task T79_LongestLine()
    {
        string line = "DATA_VAL=" + new string('x', InputLines.MaxLine - "DATA_VAL=".Length);
        DialogRun run = await OfAsync(External("-i"), $"DATA_KEY=a\n{line}\n\n{Secret}DONE\n");
        Assert.Equal("pw-0815", run.Groups()["password"]["Value"]);
        await RefusedAsync($"DATA_KEY=a\n{line}x\nDONE\n", "longer than 512 KiB");
        await RefusedAsync($"DATA_KEY=a\n{line}x", "longer than 512 KiB");
    }

    [Theory]
    [InlineData("DATA_KEY=a\nDATA_VAL=b\n")]
    [InlineData("=\n")]
    [InlineData("\n")]
    [InlineData("x\n")]
    public async Task EndlessInputOfShortLinesEndsSoon(string line)
    {
        var clock = Stopwatch.StartNew();
        Refused(await OfAsync(External("-i"), new EndlessStream(Encoding.ASCII.GetBytes(line), line == "=\n" ? "DATA_KEY=a\n" : "")), "longer than 4 MiB");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task InputInSingleBytes()
    {
        var input = new EndlessStream([], Secret + "DONE\n") { Chunk = 1 };
        Assert.Equal("pw-0815", (await OfAsync(External("-i"), input)).Groups()["password"]["Value"]);
    }

    [Fact]
    public async Task NotUtf8()
    {
        byte[] input = [.. Encoding.ASCII.GetBytes(Secret + "DATA_KEY="), 0xC3, 0x28, (byte)'\n'];
        Refused(await OfAsync(External("-i"), new MemoryStream(input)), "not UTF-8");
    }

    [Fact]
    public async Task TheCallerNeverSaysDone()
    {
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(Secret));
        Task<DialogRun> run = OfAsync(External("-i"), pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(100));
        Refused(await run.WaitAsync(TimeSpan.FromSeconds(10)), "DONE");
    }

    [Fact]
    public async Task DripsDoNotProlongTheWait()
    {
        var pipe = new Pipe();
        Task<DialogRun> run = OfAsync(External("-i"), pipe.Reader.AsStream(), TimeSpan.FromMilliseconds(300));
        for (int i = 0; i < 500 && !run.IsCompleted; i++)
        {
            await pipe.Writer.WriteAsync("\n"u8.ToArray());
            await Task.Delay(20);
        }
        Assert.True(run.IsCompleted);
        Refused(await run, "DONE");
    }
}
