using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Pppd;
using TunnelCore.Tests.Hdlc;
using TunnelCore.Tests.Transport;

namespace TunnelCore.Tests.Pppd;

/// <summary>
/// The engine with a pppd that asks for its line: real plugin, real descriptors over the callback socket, a stand-in for pppd that
/// sends every byte of its line back.
/// </summary>
public sealed class PppdChannelTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly string _root = Directory.CreateTempSubdirectory("pppd-channel-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(249)]
    [InlineData(250)]
    public async Task P02_P10_KernelLink_UpAndDown_InBothLayouts(int layout)
    {
        await using PppdEngine engine = Engine(layout);
        await engine.PrepareAsync(CancellationToken.None);
        int pid = engine.ProcessId;
        using SocketPairLink link = new(_root);
        engine.Start(link);
        byte[] bytes = new byte[64];
        Assert.Equal(1, link.Server.Receive(bytes));
        await UpAsync(engine);
        Assert.Equal((1, 1, 1), (link.HandedOverCount, link.SentCount, link.ReceivedCount));
        // No byte of it comes by here: the line is pppd's alone.
        link.Server.Send("through the kernel"u8);
        Assert.Equal("through the kernel"u8.ToArray(), bytes[..link.Server.Receive(bytes)]);
        Stopwatch watch = Stopwatch.StartNew();
        await engine.StopAsync(TimeSpan.FromSeconds(5));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 3000);
        Assert.False(Libc.ProcessExists(pid));
        Assert.Equal(0, link.Server.Receive(bytes));
        Assert.Equal(Cause.Cancelled, (await NextAsync<PppEvent.Ended>(engine)).Failure.Cause);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public async Task P07_PppdKilled_TheLineIsClosedEverywhere()
    {
        await using PppdEngine engine = Engine(249);
        await engine.PrepareAsync(CancellationToken.None);
        using SocketPairLink link = new(_root);
        engine.Start(link);
        await NextAsync<PppEvent.Authenticated>(engine);
        Libc.Kill(engine.ProcessId, Libc.SignalKill);
        Assert.Equal(new Failure(Cause.EngineDied, "killed by signal 9"), (await NextAsync<PppEvent.Ended>(engine)).Failure);
        byte[] bytes = new byte[64];
        while (link.Server.Receive(bytes) > 0)
        {
        }
    }

    /// <summary>A pppd that does not end on request, as one that waits for the server's Terminate-Ack.</summary>
    [Theory]
    [InlineData(249)]
    [InlineData(250)]
    public async Task P06_HangUp_EndsAPppdThatTakesItsTime(int layout)
    {
        RecordingLogger log = new();
        await using PppdEngine engine = Engine(layout, log, "stubborn");
        await engine.PrepareAsync(CancellationToken.None);
        using SocketPairLink link = new(_root);
        engine.Start(link);
        await UpAsync(engine);
        await engine.StopAsync(TimeSpan.Zero);
        Assert.False(Libc.ProcessExists(engine.ProcessId));
        Assert.DoesNotContain(log.Lines, line => line.Contains("killed", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("exit status 16, signal 0", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(249)]
    [InlineData(250)]
    public async Task P04_TerminalByDescriptor_CarriesFramesBothWays(int layout)
    {
        await using PppdEngine engine = Engine(layout);
        await engine.PrepareAsync(CancellationToken.None);
        NullSink sink = new();
        IFrameReceiver downlink = engine.Start(sink);
        await UpAsync(engine);
        for (int i = 0; i < 100; i++)
        {
            downlink.Receive([0xFF, 0x03, 0x00, 0x21, (byte)i, 2, 3, 4]);
        }

        downlink.EndOfBatch();
        Assert.True(SpinWait.SpinUntil(() => sink.Frames >= 100, s_patience), $"{sink.Frames}");
        await engine.StopAsync(TimeSpan.FromSeconds(5));
        Assert.False(Libc.ProcessExists(engine.ProcessId));
    }

    [Fact]
    public async Task ALineThatIsGone_IsNotHandedOver_AndPppdEnds()
    {
        await using PppdEngine engine = Engine(249);
        await engine.PrepareAsync(CancellationToken.None);
        SocketPairLink link = new(_root);
        link.Dispose();
        engine.Start(link);
        PppEvent.Ended ended = await NextAsync<PppEvent.Ended>(engine);
        Assert.Equal(Cause.EngineDied, ended.Failure.Cause);
        Assert.Equal(0, link.HandedOverCount);
    }

    [Fact]
    public async Task StopWhileHeld_TheLineIsNeverTouched()
    {
        await using PppdEngine engine = Engine(250);
        await engine.PrepareAsync(CancellationToken.None);
        await engine.StopAsync(TimeSpan.FromSeconds(5));
        using SocketPairLink link = new(_root);
        engine.Start(link);
        Assert.Equal(0, link.HandedOverCount);
        Assert.Throws<InvalidOperationException>(() => engine.Start(link));
    }

    [Fact]
    public async Task AKernelLink_IsNotForAPppdWithATerminal()
    {
        await using PppdEngine engine = new(Options, Settings(249) with { AsksForLine = () => false }, NullLogger.Instance);
        await engine.PrepareAsync(CancellationToken.None);
        using SocketPairLink link = new(_root);
        Assert.Throws<InvalidOperationException>(() => engine.Start(link));
    }

    private static PppOptions Options => new() { User = "bob", Password = new Secret("right") };

    private static async Task UpAsync(PppdEngine engine)
    {
        await NextAsync<PppEvent.Authenticated>(engine);
        engine.ConfirmAuthenticated();
        await NextAsync<PppEvent.Ip4Up>(engine);
    }

    private PppdEngine Engine(int layout, ILogger? log = null, string ipParam = "") =>
        new(Options with { IpParam = ipParam }, Settings(layout), log ?? NullLogger.Instance);

    private PppdSettings Settings(int layout) => PppdSettings.Default with
    {
        PppdPath = PluginBuild.Host(layout),
        PluginPath = PluginBuild.SanitizedPlugin,
        RunRoot = _root,
        Hello = s_patience,
        AsksForLine = () => true,
    };

    private static async Task<T> NextAsync<T>(PppdEngine engine)
        where T : PppEvent
    {
        using CancellationTokenSource patience = new(s_patience);
        await foreach (PppEvent what in engine.Events.ReadAllAsync(patience.Token))
        {
            if (what is T wanted)
            {
                return wanted;
            }

            Assert.False(what is PppEvent.Ended, what.ToString());
        }

        throw new InvalidOperationException($"No {typeof(T).Name}.");
    }
}
