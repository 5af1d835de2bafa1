using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TestServers.Interop;
using TestServers.Ppp;
using TestServers.Pptp;

namespace TunnelCli.Tests.Pptp;

/// <summary>What pptp's options do to packets and sockets.</summary>
public sealed class PptpPacketTests
{
    private const int SocketLevel = 1;
    private const int SocketMark = 36;
    private const int SocketProtocol = 38;

    [RootFact]
    [Shows("pptp", "timeout")]
    public async Task Timeout_IsTheWaitForWhatIsMissing()
    {
        foreach ((string timeout, bool comesSoon) in new[] { ("0.05", true), ("10", false) })
        {
            await using PptpRig rig = new(Sending(1, 3));
            Task<int> running = rig.RunAsync("--timeout", timeout);
            Assert.Equal(new[] { 1 }, await rig.FramesAsync(1));
            Assert.Equal(comesSoon ? new[] { 3 } : [], await rig.FramesAsync(1, comesSoon ? 5000 : 700));
            rig.HangUp();
            _ = await running;
        }
    }

    [RootFact]
    [Shows("pptp", "nobuffer")]
    public async Task NoBuffer_HandsOverAtOnce_AndDropsWhatIsLate()
    {
        await using PptpRig rig = new(Sending(1, 3, 2, 4));
        Task<int> running = rig.RunAsync("--nobuffer");
        Assert.Equal(new[] { 1, 3, 4 }, await rig.FramesAsync(3));
        rig.HangUp();
        _ = await running;
    }

    /// <summary>Defect 9: the old program takes no window below 300.</summary>
    [RootFact]
    [Shows("pptp", "missing-window")]
    public async Task MissingWindow_DropsWhatIsThatFarAhead()
    {
        foreach ((string window, int[] wanted) in new[] { ("5", new[] { 1, 2 }), ("200", [1, 50]) })
        {
            await using PptpRig rig = new(async session =>
            {
                await SendAsync(session, 1, 50);
                await Task.Delay(600, session.Ending);
                session.Gre.Send(session.ClientCallId, 2, Frame(2));
                await session.ServeAsync();
            });
            Task<int> running = rig.RunAsync("--missing-window", window);
            Assert.Equal(wanted, await rig.FramesAsync(2));
            rig.HangUp();
            _ = await running;
        }
    }

    [RootFact]
    [Shows("pptp", "test-type", "test-rate")]
    public async Task TestType_DamagesTheOrder_AsOftenAsTestRateSays()
    {
        const int Count = 30;
        foreach ((string kind, int[] order) in new[]
        {
            ("1", new[] { 1, 2, 3, 4, 5, 7, 6, 8, 9, 10, 11, 12, 14, 13 }),
            ("2", [1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17]),
            ("3", [1, 2, 3, 4, 5, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 17]),
        })
        {
            List<int> sequences = [], frames = [];
            await using PptpRig rig = new(async session =>
            {
                await session.AcceptCallAsync();
                while (sequences.Count < order.Length)
                {
                    GreDatagram packet = await session.Gre.ReceiveDataAsync(session.Ending);
                    sequences.Add((int)packet.Sequence!.Value);
                    frames.Add(packet.Payload[5]);
                }

                session.Fin();
                await session.ServeAsync();
            });
            Task<int> running = rig.RunAsync("--test-type", kind, "--test-rate", "5");
            await rig.LoggedAsync("Outgoing call established");
            for (int i = 1; i <= Count; i++)
            {
                rig.Pppd.Write(Line(Frame(i)));
            }

            Assert.Equal(0, await running);
            Assert.Equal(order, sequences);
            Assert.Equal(order, frames);
        }
    }

    [RootFact]
    [Shows("pptp", "rtmark")]
    public async Task RoutingMark_IsOnBothSockets()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        Task<int> running = rig.RunAsync("--rtmark", "0x4d");
        await rig.LoggedAsync("Outgoing call established");
        int[] protocols = [.. Directory.GetFiles("/proc/self/fd").Select(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))
            .Where(fd => Option(fd, SocketMark) == 0x4D).Select(fd => Option(fd, SocketProtocol)).Order()];
        Assert.Equal([(int)ProtocolType.Tcp, 47], protocols);

        rig.HangUp();
        _ = await running;
    }

    [RootFact]
    [Shows("pptp", "connect-timeout")]
    public async Task ConnectTimeout_IsTheWaitForTcp()
    {
        // A listener whose queue is full answers no further call.
        using Socket full = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        List<Socket> waiting = [];
        for (int i = 0; i < 4; i++)
        {
            Socket one = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            waiting.Add(one);
            try
            {
                await one.ConnectAsync(full.LocalEndPoint!).WaitAsync(TimeSpan.FromSeconds(0.2));
            }
            catch (TimeoutException)
            {
                break;
            }
        }

        Stopwatch time = Stopwatch.StartNew();
        using PseudoTerminal pppd = new();
        await using ProgramProcess process = ProgramProcess.Start(
            "pptp", pppd.SlavePath, "127.0.0.1", "--nolaunchpppd", "--nohostroute", "--connect-timeout", "0.7", "--exit-codes", "extended", "--port",
            ((IPEndPoint)full.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        (int status, _, string errors) = await process.ExitedAsync();
        Assert.Equal(12, status);
        Assert.Contains("[tcp.timeout]", errors, StringComparison.Ordinal);
        Assert.InRange(time.Elapsed.TotalSeconds, 0.6, 8);
        waiting.ForEach(socket => socket.Dispose());
    }

    [RootFact]
    [Shows("pptp", "loglevel")]
    public async Task LogLevel0_SaysNothingOfPackets_AndLevel2Everything()
    {
        foreach ((string level, bool hasDetails, bool hasPackets) in new[] { ("0", false, false), ("1", false, true), ("2", true, true) })
        {
            await using PptpRig rig = new(async session =>
            {
                await session.AcceptCallAsync();
                _ = await session.Gre.ReceiveDataAsync(session.Ending);
                IcmpError.Send(session.Server, session.Client, session.Gre.LastRaw, 3, 3);
                await Task.Delay(300, session.Ending);
                session.Fin();
                await session.ServeAsync();
            });
            Task<int> running = rig.RunAsync("--loglevel", level);
            await rig.LoggedAsync("Outgoing call established");
            rig.Pppd.Write(Line(Frame(1)));
            _ = await running;
            Assert.True(hasDetails == rig.Syslog.Contains("Sending StartControlConnectionRequest", StringComparison.Ordinal), rig.Syslog);
            Assert.True(rig.Syslog.Contains("Outgoing call established", StringComparison.Ordinal), rig.Syslog);
            Assert.True(hasPackets == Regex.IsMatch(rig.Syslog, @":pptp:11(57|58|59|60)\]"), rig.Syslog);
        }
    }

    [Fact]
    [Shows("pptp", "help", "version")]
    public async Task HelpAndVersion_AreOnStandardOutput()
    {
        (int status, string output, string errors) = await ProgramProcess.RunAsync("pptp", "--help");
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("--missing-window", output, StringComparison.Ordinal);
        (status, output, errors) = await ProgramProcess.RunAsync("pptp", "--version");
        Assert.Equal((0, ""), (status, errors));
        Assert.StartsWith("pptp version ", output, StringComparison.Ordinal);
    }

    /// <summary>A frame that bears its number.</summary>
    internal static byte[] Frame(int number) => [0xFF, 3, 0xC0, 0x21, 9, (byte)number, 0, 8, 1, 2, 3, 4];

    private static byte[] Line(byte[] frame)
    {
        byte[] line = new byte[HdlcEncoder.MaxSize(frame.Length)];
        return line[..HdlcEncoder.Encode(frame, escapeControl: true, line)];
    }

    private static Func<PptpServerSession, Task> Sending(params uint[] sequences) => async session =>
    {
        await SendAsync(session, sequences);
        await session.ServeAsync();
    };

    private static async Task SendAsync(PptpServerSession session, params uint[] sequences)
    {
        await session.AcceptCallAsync();
        await Task.Delay(200, session.Ending);
        foreach (uint sequence in sequences)
        {
            session.Gre.Send(session.ClientCallId, sequence, Frame((int)sequence));
        }
    }

    /// <summary>A number that a socket of this process has; -1 where the descriptor is none.</summary>
    private static int Option(int descriptor, int name)
    {
        int size = sizeof(int);
        return getsockopt(descriptor, SocketLevel, name, out int value, ref size) == 0 ? value : -1;
    }

    [DllImport("libc")]
    private static extern int getsockopt(int descriptor, int level, int name, out int value, ref int size);
}
