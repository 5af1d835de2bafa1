using System.Diagnostics;
using System.Net.Sockets;
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
/// The engine with the stand-in for pppd (real plugin, real pty, real sockets; every byte comes back), and with the real pppd as far
/// as a machine without /dev/ppp lets it.
/// </summary>
public sealed class PppdEngineTests : IDisposable
{
    private const int SignalStop = 19;
    private const int SignalContinue = 18;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly string _root = Directory.CreateTempSubdirectory("pppd-engine-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData(249, 16)]
    [InlineData(250, 20)]
    public async Task GoodSession_UpAndDown(int layout, int keyLength)
    {
        await using PppdEngine engine = Engine("right", layout);
        await engine.PrepareAsync(CancellationToken.None);
        int pid = engine.ProcessId;
        NullSink sink = new();
        engine.Start(sink);
        PppEvent.Authenticated authenticated = await NextAsync<PppEvent.Authenticated>(engine);
        Assert.Equal(Enumerable.Repeat((byte)0x51, keyLength), authenticated.Keys.Send.ToArray());
        engine.ConfirmAuthenticated();
        PppEvent.Ip4Up up = await NextAsync<PppEvent.Ip4Up>(engine);
        Assert.Equal(("ppp3", "10.9.9.2", "10.9.9.1", 1400), (up.Interface, up.Configuration.Address.ToString(), up.Configuration.Peer!.ToString(), up.Mtu));
        Stopwatch watch = Stopwatch.StartNew();
        await engine.StopAsync(TimeSpan.FromSeconds(5));
        Assert.InRange(watch.ElapsedMilliseconds, 0, 3000);
        Assert.False(Libc.ProcessExists(pid));
        Assert.Equal(Cause.Cancelled, (await NextAsync<PppEvent.Ended>(engine)).Failure.Cause);
        Assert.False(await engine.Events.WaitToReadAsync());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
        await engine.StopAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task WrongPassword_LoginIsJudgedByStatus19()
    {
        await using PppdEngine engine = Engine("wrong", 249);
        await engine.PrepareAsync(CancellationToken.None);
        IFrameReceiver downlink = engine.Start(new NullSink());
        byte[] refusal = [0xFF, 0x03, 0xC2, 0x23, 4, 1, 0, 13, .. "E=691 R=0"u8];
        downlink.Receive(refusal);
        downlink.EndOfBatch();
        Failure failure = (await NextAsync<PppEvent.Ended>(engine)).Failure;
        Assert.Equal(new Failure(Cause.AuthenticationFailed, "wrong user name or password, E=691"), failure);
    }

    [Fact]
    public async Task UnusablePassword_IsNeverTried()
    {
        await using PppdEngine engine = Engine("λόγος", 249);
        await engine.PrepareAsync(CancellationToken.None);
        engine.Start(new NullSink());
        Assert.Equal(Cause.NotSupported, (await NextAsync<PppEvent.Ended>(engine)).Failure.Cause);
    }

    [Fact]
    public async Task H08_ManyFrames_GoThroughAFullLineBothWays_Untorn_WithoutAllocation()
    {
        const int Frames = 20_000;
        await using PppdEngine engine = Engine("right", 249);
        await engine.PrepareAsync(CancellationToken.None);
        NullSink sink = new();
        IFrameReceiver downlink = engine.Start(sink);
        await NextAsync<PppEvent.Authenticated>(engine);
        engine.ConfirmAuthenticated();
        await NextAsync<PppEvent.Ip4Up>(engine);
        byte[] frame = new byte[1404];
        new Random(7).NextBytes(frame);
        frame.AsSpan(0, 4).Clear();
        (long allocated, bool arrived) = await Task.Factory.StartNew(() => Pump(downlink, sink, frame, Frames), TaskCreationOptions.LongRunning);
        Assert.True(arrived, $"{sink.Frames} of {Frames}");
        Assert.Equal(0, allocated);
        Assert.Equal(0, sink.Allocated);
    }

    [Fact]
    public async Task H07_PppdStands_WhilePacketsFlood_NothingIsStuckAndTheLineGoesOn()
    {
        await using PppdEngine engine = Engine("right", 249);
        await engine.PrepareAsync(CancellationToken.None);
        NullSink sink = new();
        IFrameReceiver downlink = engine.Start(sink);
        await NextAsync<PppEvent.Authenticated>(engine);
        engine.ConfirmAuthenticated();
        await NextAsync<PppEvent.Ip4Up>(engine);
        byte[] frame = new byte[1404];
        int sent = 0;
        using CancellationTokenSource enough = new();
        Assert.Equal(0, Libc.Kill(engine.ProcessId, SignalStop));
        Task flood = Task.Factory.StartNew(
            () =>
            {
                for (; !enough.IsCancellationRequested; Interlocked.Increment(ref sent))
                {
                    downlink.Receive(frame);
                    downlink.EndOfBatch();
                }
            },
            TaskCreationOptions.LongRunning);
        // The line is full when nothing moves any more.
        int before;
        do
        {
            before = Volatile.Read(ref sent);
            await Task.Delay(100);
        }
        while (before != Volatile.Read(ref sent));
        Assert.Equal(0, Libc.Kill(engine.ProcessId, SignalContinue));
        Assert.True(SpinWait.SpinUntil(() => sink.Frames > before + 200, s_patience), $"{sink.Frames} of {sent}");
        Assert.Equal(0, Libc.Kill(engine.ProcessId, SignalStop));
        await Task.Delay(100);
        await engine.StopAsync(TimeSpan.FromMilliseconds(100)).WaitAsync(s_patience);
        await enough.CancelAsync();
        await flood.WaitAsync(s_patience);
        Assert.False(Libc.ProcessExists(engine.ProcessId));
    }

    [Fact]
    public async Task S084_TransportThatTakesNothing_DoesNotHoldUpTheEnd()
    {
        RecordingLogger log = new();
        StuckSink sink = new();
        await using PppdEngine engine = Engine("right", 249, log);
        await engine.PrepareAsync(CancellationToken.None);
        IFrameReceiver downlink = engine.Start(sink);
        await NextAsync<PppEvent.Authenticated>(engine);
        engine.ConfirmAuthenticated();
        await NextAsync<PppEvent.Ip4Up>(engine);
        downlink.Receive([0xFF, 0x03, 0x00, 0x21, 1, 2, 3, 4]);
        downlink.EndOfBatch();
        await sink.Stuck.WaitAsync(s_patience);
        await engine.StopAsync(TimeSpan.FromMilliseconds(200)).WaitAsync(s_patience);
        Assert.False(Libc.ProcessExists(engine.ProcessId));
        Assert.DoesNotContain(log.Lines, line => line.Contains("the line to pppd closed", StringComparison.Ordinal));
        // The thread that was held up finds its line gone and ends, though its descriptors' numbers have other owners by now.
        List<Bell> others = [.. Enumerable.Range(0, 64).Select(_ => new Bell())];
        sink.Release();
        Assert.True(SpinWait.SpinUntil(() => log.Lines.Any(line => line.Contains("the line to pppd closed", StringComparison.Ordinal)), s_patience));
        others.ForEach(descriptor => descriptor.Dispose());
    }

    [Fact]
    public async Task S066_ServerEndsPpp_AndTheTransportEndsBeforePppdHasFinished()
    {
        await using PppdEngine engine = Engine("right", 250);
        await engine.PrepareAsync(CancellationToken.None);
        IFrameReceiver downlink = engine.Start(new NullSink());
        await NextAsync<PppEvent.Authenticated>(engine);
        engine.ConfirmAuthenticated();
        await NextAsync<PppEvent.Ip4Up>(engine);
        downlink.Receive([0xFF, 0x03, 0xC0, 0x21, 5, 9, 0, 8, .. "bye."u8]);
        downlink.EndOfBatch();
        await engine.StopAsync(TimeSpan.Zero);
        Assert.Equal(new Failure(Cause.PeerEnded, "bye."), (await NextAsync<PppEvent.Ended>(engine)).Failure);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S085_K19_PppdDies_IsToldAsSuch(bool authenticated)
    {
        await using PppdEngine engine = Engine("right", 250);
        await engine.PrepareAsync(CancellationToken.None);
        if (authenticated)
        {
            engine.Start(new NullSink());
            await NextAsync<PppEvent.Authenticated>(engine);
        }

        Libc.Kill(engine.ProcessId, Libc.SignalKill);
        Assert.Equal(new Failure(Cause.EngineDied, "killed by signal 9"), (await NextAsync<PppEvent.Ended>(engine)).Failure);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public async Task Stop_WhileHeldBeforeTheLink()
    {
        await using PppdEngine engine = Engine("right", 249);
        await engine.PrepareAsync(CancellationToken.None);
        await engine.StopAsync(TimeSpan.FromSeconds(5));
        Assert.False(Libc.ProcessExists(engine.ProcessId));
        Assert.Equal(Cause.Cancelled, (await NextAsync<PppEvent.Ended>(engine)).Failure.Cause);
        engine.Start(new NullSink()).Receive(new byte[10]);
    }

    [Fact]
    public async Task C79_PppdThatNeverCalls_IsEngineSilent()
    {
        string script = Script("exec sleep 60");
        await using PppdEngine engine = new(new PppOptions(), Settings() with { PppdPath = script, Hello = TimeSpan.FromMilliseconds(300) }, NullLogger.Instance);
        TunnelException e = await Assert.ThrowsAsync<TunnelException>(() => engine.PrepareAsync(CancellationToken.None));
        Assert.Equal(Cause.EngineSilent, e.Failure.Cause);
        Assert.False(Libc.ProcessExists(engine.ProcessId));
        Assert.Equal(e.Failure, (await NextAsync<PppEvent.Ended>(engine)).Failure);
    }

    [Fact]
    public async Task Cancelled_WhilePreparing()
    {
        using CancellationTokenSource cancellation = new();
        await using PppdEngine engine = new(new PppOptions(), Settings() with { PppdPath = Script("exec sleep 60") }, NullLogger.Instance);
        Task prepare = engine.PrepareAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => prepare);
        Assert.False(Libc.ProcessExists(engine.ProcessId));
    }

    [Fact]
    public async Task S079_Stranger_OnTheCallbackSocket_IsTurnedAway()
    {
        await using PppdEngine engine = new(new PppOptions(), Settings() with { PppdPath = Script("exec sleep 60") }, NullLogger.Instance);
        Task prepare = engine.PrepareAsync(CancellationToken.None);
        string path = Directory.EnumerateFiles(_root, "callback", SearchOption.AllDirectories).Single();
        using Socket socket = new(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        byte[] hello = Convert.FromHexString("01000c00010000004d000000f9000000");
        // Closed without an answer, and pppd itself is still waited for.
        using CancellationTokenSource patience = new(s_patience);
        int count;
        try
        {
            await socket.SendAsync(hello);
            count = await socket.ReceiveAsync(new byte[16], patience.Token);
        }
        catch (SocketException)
        {
            // Closed before our bytes were read, or even sent.
            count = 0;
        }

        Assert.Equal(0, count);
        Assert.False(prepare.IsCompleted);
        await engine.StopAsync(TimeSpan.Zero);
        await Assert.ThrowsAsync<TunnelException>(() => prepare);
    }

    [Fact]
    public async Task K21_P34_MissingPppd_MissingPlugin()
    {
        await FailsAsync(Settings() with { PppdPath = "/nonexistent/pppd" }, Cause.EngineMissing, "/nonexistent/pppd");
        await FailsAsync(Settings() with { PluginPath = "/nonexistent/p.so" }, Cause.EngineMissing, "/nonexistent/p.so");
        await FailsAsync(Settings() with { PppdPath = Script("") + "/x" }, Cause.EngineMissing, "");
    }

    [Fact]
    public async Task PppdIsThereButCannotBeStarted_NobodyIsToldToInstallIt()
    {
        string file = Path.Combine(_root, "no-program");
        await File.WriteAllTextAsync(file, "");
        await FailsAsync(Settings() with { PppdPath = file }, Cause.EngineNotStarted, "Permission denied");
        await FailsAsync(Settings() with { RunRoot = file }, Cause.EngineNotStarted, "no directory for its socket");
        await FailsAsync(Settings() with { RunRoot = Path.Combine(_root, new string('d', 110)) }, Cause.EngineNotStarted, "too long");
    }

    [Fact]
    public async Task F02_RealPppd_OptionError_CarriesItsWords()
    {
        string noPlugin = Path.Combine(_root, "empty.so");
        await File.WriteAllTextAsync(noPlugin, "this is no plugin");
        await FailsAsync(Settings() with { PluginPath = noPlugin }, Cause.EngineOptions, "empty.so");
    }

    [Fact]
    public async Task RealPppd_ThroughOurPlugin_OrNoPppDevice()
    {
        if (!File.Exists("/dev/ppp"))
        {
            await FailsAsync(Settings(), Cause.NoPppDevice, "");
            return;
        }

        await using PppdEngine engine = new(new PppOptions(), Settings(), NullLogger.Instance);
        await engine.PrepareAsync(CancellationToken.None);
    }

    [Fact]
    public async Task StaleDirectories_OfDeadProcesses_AreRemoved()
    {
        using Process gone = Process.Start("true");
        await gone.WaitForExitAsync();
        string stale = Directory.CreateDirectory(Path.Combine(_root, $"{gone.Id}-1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(stale, "callback"), "");
        string alive = Directory.CreateDirectory(Path.Combine(_root, $"{Environment.ProcessId}-99999")).FullName;
        string other = Directory.CreateDirectory(Path.Combine(_root, "something")).FullName;
        using PppdRunDirectory directory = PppdRunDirectory.Create(_root, NullLogger.Instance);
        Assert.False(Directory.Exists(stale));
        Assert.True(Directory.Exists(alive));
        Assert.True(Directory.Exists(other));
        Assert.True(Directory.Exists(directory.Path));
    }

    private static (long Allocated, bool Arrived) Pump(IFrameReceiver downlink, NullSink sink, byte[] frame, int frames)
    {
        long before = 0;
        Stopwatch watch = Stopwatch.StartNew();
        for (int sent = 0; sent < frames; sent++)
        {
            if (sent == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            downlink.Receive(frame);
            if (sent % 8 == 7)
            {
                downlink.EndOfBatch();
            }
        }

        downlink.EndOfBatch();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (allocated, SpinWait.SpinUntil(() => sink.Frames >= frames, s_patience));
    }

    private static async Task FailsAsync(PppdSettings settings, Cause cause, string detail)
    {
        await using PppdEngine engine = new(new PppOptions { User = "bob" }, settings, NullLogger.Instance);
        TunnelException e = await Assert.ThrowsAsync<TunnelException>(() => engine.PrepareAsync(CancellationToken.None));
        Assert.Equal(cause, e.Failure.Cause);
        Assert.Contains(detail, e.Failure.Detail, StringComparison.Ordinal);
        Assert.Equal(e.Failure, (await NextAsync<PppEvent.Ended>(engine)).Failure);
    }

    private PppdEngine Engine(string password, int layout, ILogger? log = null) => new(
        new PppOptions { User = "bob", Password = new Secret(password) },
        Settings() with { PppdPath = PluginBuild.Host(layout), PluginPath = PluginBuild.SanitizedPlugin, Hello = s_patience },
        log ?? NullLogger.Instance);

    private PppdSettings Settings() => PppdSettings.Default with { PluginPath = PluginBuild.Plugin, RunRoot = _root };

    private string Script(string body)
    {
        string path = Path.Combine(Path.GetTempPath(), $"pppd-script-{Guid.NewGuid():N}");
        path = Path.Combine(Directory.CreateDirectory(Path.Combine(_root, "scripts")).FullName, Path.GetFileName(path));
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        Process.Start("chmod", ["755", path]).WaitForExit();
        return path;
    }

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
