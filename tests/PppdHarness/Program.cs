using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Pppd;

namespace PppdHarness;

/// <summary>
/// Connects the pppd engine back to back with a second, real pppd that plays the server. Needs root, /dev/ppp, and a network
/// namespace "server". Prints one line per event; the script beside it judges them.
/// </summary>
internal static class Program
{
    private const string Ip = "/sbin/ip";

    /// <summary>harness PLUGIN USER PASSWORD SECONDS_UP [server pppd options...] [-- client flags: mppe, no-ip6, debug]; or: harness bench HOST PLUGIN FRAMES</summary>
    private static async Task<int> Main(string[] args)
    {
        if (args[0] == "bench")
        {
            return await Bench.RunAsync(args[1], args[2], int.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture));
        }

        int split = Array.IndexOf(args, "--");
        string[] flags = split < 0 ? [] : args[(split + 1)..];
        string[] serverOptions = args[4..(split < 0 ? args.Length : split)];
        ConsoleLogger logger = new();
        PppOptions options = new()
        {
            User = args[1],
            Password = new Secret(args[2]),
            RemoteName = "vpn.example.org",
            IpParam = "nm-sstp-service-harness",
            Ip6 = flags.Contains("no-ip6") ? Ip6Request.Disabled : Ip6Request.Wanted,
            Mppe = flags.Contains("mppe") ? MppeRequirement.Any | MppeRequirement.Bits128 : MppeRequirement.None,
            Refused = flags.Contains("only-eap")
                ? AuthenticationMethods.Pap | AuthenticationMethods.Chap | AuthenticationMethods.MsChap | AuthenticationMethods.MsChapV2
                : AuthenticationMethods.None,
            LcpEchoFailure = flags.Contains("echo") ? 2 : 0,
            LcpEchoInterval = flags.Contains("echo") ? 1 : 0,
            Debug = flags.Contains("debug"),
        };
        await using PppdEngine engine = new(options, PppdSettings.Default with { PluginPath = args[0] }, logger);
        TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task events = PrintAsync(engine, up);
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            await engine.PrepareAsync(CancellationToken.None);
        }
        catch (TunnelException e)
        {
            Console.WriteLine($"FAILED {e.Failure.Cause} {e.Message}");
            return 1;
        }

        Console.WriteLine($"PREPARED {watch.ElapsedMilliseconds} ms pid {engine.ProcessId}");
        using PeerLine line = new();
        using PppdProcess server = PppdProcess.Start(
            Ip, ["netns", "exec", "server", "/usr/sbin/pppd", line.SlavePath, "nodetach", "local", "nolock", "logfd", "2", .. serverOptions], []);
        Thread serverLog = new(() => PrintServer(server, logger)) { IsBackground = true };
        serverLog.Start();
        line.Start(engine.Start(line));
        await Task.WhenAny(events, up.Task, Task.Delay(TimeSpan.FromSeconds(40)));
        await Task.WhenAny(events, Task.Delay(TimeSpan.FromSeconds(double.Parse(args[3], System.Globalization.CultureInfo.InvariantCulture))));
        watch.Restart();
        await engine.StopAsync(TimeSpan.FromSeconds(2));
        Console.WriteLine($"STOPPED {watch.ElapsedMilliseconds} ms alive {Libc.ProcessExists(engine.ProcessId)} up {line.FramesUp} down {line.FramesDown}");
        Console.WriteLine($"LEFT {string.Join(' ', Directory.EnumerateFileSystemEntries("/run/nm-vpn-plugin"))}");
        await events;
        server.Kill(Libc.SignalTerminate);
        while (!server.TryReap())
        {
            Libc.Poll([new(server.Descriptor, PollEvents.In)], 1000);
        }

        return 0;
    }

    private static async Task PrintAsync(PppdEngine engine, TaskCompletionSource up)
    {
        Stopwatch watch = Stopwatch.StartNew();
        await foreach (PppEvent what in engine.Events.ReadAllAsync())
        {
            string text = what switch
            {
                PppEvent.Authenticated a => $"Authenticated {Convert.ToHexString(a.Keys.Send)} {Convert.ToHexString(a.Keys.Receive)}",
                PppEvent.Ip4Up i => $"Ip4Up {i.Interface} {i.Configuration.Address} {i.Configuration.Peer} dns {string.Join(',', i.Configuration.Dns)} mtu {i.Mtu}",
                PppEvent.Ip6Up i => $"Ip6Up {i.Interface} {i.Configuration.LinkLocal} {i.Configuration.PeerLinkLocal} mtu {i.Mtu}",
                PppEvent.Ended e => $"Ended {e.Failure.Cause} {e.Failure.Sentence}",
                PppEvent.PhaseChanged p => $"Phase {p.Phase}",
                _ => what.GetType().Name,
            };
            Console.WriteLine($"EVENT {watch.ElapsedMilliseconds} {text}");
            if (what is PppEvent.Authenticated)
            {
                engine.ConfirmAuthenticated();
            }

            if (what is PppEvent.Ip4Up)
            {
                up.TrySetResult();
            }
        }
    }

    private static void PrintServer(PppdProcess server, ILogger logger)
    {
        PppdLineReader lines = new(server.Log, default);
        while (!lines.Closed)
        {
            lines.Read(line => Say(logger, "server: " + line));
        }
    }

    private static void Say(ILogger logger, string line) => logger.Log(LogLevel.Debug, default, line, null, static (text, _) => text);
}
