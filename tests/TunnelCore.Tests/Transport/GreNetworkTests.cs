using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TestServers.Pptp;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;

namespace TunnelCore.Tests.Transport;

/// <summary>The packet path over a network with an MTU and links that go down: two namespaces and a wire.</summary>
public sealed class GreNetworkTests
{
    private static readonly IPAddress s_server = IPAddress.Parse("198.18.0.2");

    [RootFact]
    public async Task G23_G35_FramesBeyondTheMtu_GoBothWaysInFragments()
    {
        using NetworkNamespace client = new();
        using NetworkNamespace server = new();
        NetworkNamespace.Join(client, "198.18.0.1/30", server, "198.18.0.2/30");
        byte[] big = [.. PptpRig.Frame(5), .. Enumerable.Range(0, 4085).Select(i => (byte)i)];
        await using PptpRig rig = Rig(client, server, async session =>
        {
            await session.AcceptCallAsync();
            GreDatagram packet = await session.Gre.ReceiveDataAsync(session.Ending);
            Assert.Equal(big, packet.Payload);
            session.Gre.Send(session.ClientCallId, 1, big);
            await session.ServeAsync();
        });
        await rig.UpAsync();
        Assert.Equal(1500, rig.Transport.PathMtu);
        rig.Send(big);
        Assert.Equal(big, await rig.NextFrameAsync());
        await rig.CloseAsync();
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task PathMtu_OfANarrowLink_BoundsThePackets_AndFollowsIt()
    {
        using NetworkNamespace client = new();
        using NetworkNamespace server = new();
        NetworkNamespace.Join(client, "198.18.0.1/30", server, "198.18.0.2/30");
        client.Inside("link set eth0 mtu 1300");
        SemaphoreSlim changed = new(0);
        await using PptpRig rig = Rig(client, server, async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        rig.Transport.PathChanged = () => changed.Release();
        await rig.UpAsync();
        Assert.Equal(1300 - 44, rig.Transport.LargestPacket);
        client.Inside("link set eth0 mtu 1200");
        Assert.True(await changed.WaitAsync(TimeSpan.FromSeconds(5)), string.Join('\n', rig.Log));
        Assert.Equal(1200 - 44, rig.Transport.LargestPacket);
        client.Inside("link set eth0 mtu 1400");
        Assert.True(await changed.WaitAsync(TimeSpan.FromSeconds(5)), string.Join('\n', rig.Log));
        Assert.Equal(1400 - 44, rig.Transport.LargestPacket);
    }

    [RootFact]
    public async Task G34_RouteToTheServerMoves_IsSaid_AndPacketsFlowAgainWhenItIsBack()
    {
        using NetworkNamespace client = new();
        using NetworkNamespace server = new();
        NetworkNamespace.Join(client, "198.18.0.1/30", server, "198.18.0.2/30");
        client.Inside("link add elsewhere type veth peer name away");
        client.Inside("link set away up");
        client.Inside("link set elsewhere up");
        await using PptpRig rig = Rig(client, server, async session =>
        {
            await session.AcceptCallAsync();
            for (uint i = 1; ; i++)
            {
                GreDatagram packet = await session.Gre.ReceiveDataAsync(session.Ending);
                session.Gre.Send(session.ClientCallId, i, packet.Payload);
            }
        });
        await rig.UpAsync();
        rig.Send(PptpRig.Frame(1));
        await rig.ExpectAsync(1);
        client.Inside("route add 198.18.0.2/32 dev elsewhere");
        await UntilLoggedAsync(rig, "moved from eth0 to elsewhere");
        rig.Send(PptpRig.Frame(2));
        client.Inside("route del 198.18.0.2/32 dev elsewhere");
        await UntilLoggedAsync(rig, "back on eth0");
        rig.Send(PptpRig.Frame(3));
        await rig.ExpectAsync(3);

        client.Inside("link set eth0 down");
        await UntilLoggedAsync(rig, "moved from eth0 to nowhere (Network is unreachable)");
        client.Inside("link set eth0 up");
        await UntilLoggedAsync(rig, "back on eth0", times: 2);
        rig.Send(PptpRig.Frame(4));
        await rig.ExpectAsync(4);
        Assert.False(rig.Transport.Completion.IsCompleted);
    }

    [RootFact]
    public async Task G34_ManyOtherRoutesChange_NothingIsSaid()
    {
        using NetworkNamespace client = new();
        using NetworkNamespace server = new();
        NetworkNamespace.Join(client, "198.18.0.1/30", server, "198.18.0.2/30");
        client.Inside("link add elsewhere type veth peer name away");
        client.Inside("link set away up");
        client.Inside("link set elsewhere up");
        await using PptpRig rig = Rig(client, server, async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        await rig.UpAsync();
        for (int i = 0; i < 40; i++)
        {
            client.Inside($"route add 10.{i}.0.0/16 dev elsewhere");
        }

        await Task.Delay(300);
        Assert.DoesNotContain(rig.Log, line => line.Contains("route", StringComparison.OrdinalIgnoreCase));
    }

    [RootFact]
    public async Task C05_SynDropped_TimesOut_AndCanBeCancelledAtOnce()
    {
        using NetworkNamespace client = new();
        using NetworkNamespace server = new();
        NetworkNamespace.Join(client, "198.18.0.1/29", server, "198.18.0.2/29");
        // Frames reach the other side, which has no such address and drops them.
        client.Inside("neigh add 198.18.0.3 lladdr 02:00:00:00:00:01 dev eth0");
        TunnelTimeouts quick = TunnelTimeouts.Default with { TcpConnect = TimeSpan.FromSeconds(0.5) };
        ServerEndpoint nobody = new("198.18.0.3", 1723);
        Stopwatch watch = Stopwatch.StartNew();
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(
            () => client.Run(() => PptpRig.Connector(timeouts: quick).ConnectAsync(nobody, _ => 1, CancellationToken.None)));
        Assert.Equal(Cause.TcpTimeout, error.Failure.Cause);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.45, 3);
        watch.Restart();
        using CancellationTokenSource cancel = new(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => client.Run(() => PptpRig.Connector().ConnectAsync(nobody, _ => 1, cancel.Token)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed}");
    }

    [RootFact]
    public async Task C06_HostUnreachable_IsSaid()
    {
        using NetworkNamespace client = new();
        using NetworkNamespace router = new();
        NetworkNamespace.Join(client, "198.18.0.1/30", router, "198.18.0.2/30");
        client.Inside("route add 198.51.100.0/24 via 198.18.0.2");
        router.Inside("route add unreachable 198.51.100.0/24");
        router.Run(() =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
            return 0;
        });
        Stopwatch watch = Stopwatch.StartNew();
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(
            () => client.Run(() => PptpRig.Connector().ConnectAsync(new ServerEndpoint("198.51.100.7", 1723), _ => 1, CancellationToken.None)));
        Assert.Equal(Cause.TcpUnreachable, error.Failure.Cause);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    [RootFact]
    public async Task G26_FragmentationNeeded_TeachesThePathMtu()
    {
        int changes = 0;
        using NetworkNamespace client = new();
        using NetworkNamespace server = new();
        NetworkNamespace.Join(client, "198.18.0.1/30", server, "198.18.0.2/30");
        byte[] full = [.. PptpRig.Frame(1), .. new byte[1300]];
        await using PptpRig rig = Rig(client, server, async session =>
        {
            await session.AcceptCallAsync();
            await session.Gre.ReceiveDataAsync(session.Ending);
            IcmpError.Send(session.Server, session.Client, session.Gre.LastRaw, 3, 4, 1000, at: server);
            session.Gre.Send(session.ClientCallId, 1, PptpRig.Frame(1));
            Assert.Equal(full, (await session.Gre.ReceiveDataAsync(session.Ending)).Payload);
            session.Gre.Send(session.ClientCallId, 2, PptpRig.Frame(2));
            await session.ServeAsync();
        });
        rig.Transport.PathChanged = () => Interlocked.Increment(ref changes);
        await rig.UpAsync();
        rig.Send(full);
        await rig.ExpectAsync(1);
        // Longer than the path: the kernel fragments it here.
        rig.Send(full);
        await rig.ExpectAsync(2);
        await UntilLoggedAsync(rig, "path MTU to the server is now 1000");
        Assert.Equal(1000, rig.Transport.PathMtu);
        Assert.Equal(1000 - 44, rig.Transport.LargestPacket);
        Assert.Equal(1, Volatile.Read(ref changes));
        Assert.False(rig.Transport.Completion.IsCompleted);
    }

    [RootFact]
    public async Task G31_ShortOutage_IsSurvived_LongOneIsSaid()
    {
        PptpOptions options = new() { Timeouts = new PptpTimeouts { GreSendFailure = TimeSpan.FromSeconds(1), Close = TimeSpan.FromSeconds(0.4) } };
        using NetworkNamespace client = new();
        using NetworkNamespace server = new();
        NetworkNamespace.Join(client, "198.18.0.1/30", server, "198.18.0.2/30");
        await using PptpRig rig = Rig(
            client, server,
            async session =>
            {
                await session.AcceptCallAsync();
                session.Gre.Send(session.ClientCallId, 1, PptpRig.Frame(1));
                GreDatagram packet = await session.Gre.ReceiveDataAsync(session.Ending);
                Assert.Equal(PptpRig.Frame(2), packet.Payload);
                session.Gre.Send(session.ClientCallId, 2, PptpRig.Frame(2));
                await session.IgnoreAsync();
            },
            options);
        await rig.UpAsync();
        await rig.ExpectAsync(1);
        client.Inside("link set eth0 down");
        rig.Send(PptpRig.Frame(0));
        Assert.Equal(1, rig.Transport.Statistics.TxFailed);
        client.Inside("link set eth0 up");
        rig.Send(PptpRig.Frame(2));
        await rig.ExpectAsync(2);
        Assert.False(rig.Transport.Completion.IsCompleted);

        client.Inside("link set eth0 down");
        Stopwatch watch = Stopwatch.StartNew();
        while (!rig.Transport.Completion.IsCompleted && watch.Elapsed < TimeSpan.FromSeconds(10))
        {
            rig.Send(PptpRig.Frame(3));
            await Task.Delay(100);
        }

        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 4);
        Failure failure = await rig.DownAsync();
        Assert.Equal(Cause.GreSendFailed, failure.Cause);
        Assert.Contains("unreachable", failure.Detail, StringComparison.OrdinalIgnoreCase);
    }

    [RootFact]
    public void G33_WithoutTheCapability_TheSocketIsRefusedInWords()
    {
        TunnelException? error = null;
        Thread thread = new(() =>
        {
            RawCapability.DropOnThisThread();
            error = Assert.Throws<TunnelException>(() => GreSocket.Open(IPAddress.Loopback, 1));
        });
        thread.Start();
        thread.Join();
        Assert.Equal(Cause.GreSocket, error!.Failure.Cause);
        Assert.Contains("Operation not permitted", error.Failure.Detail, StringComparison.Ordinal);
        Assert.Contains("CAP_NET_RAW", error.Failure.Sentence, StringComparison.Ordinal);
    }

    private static async Task UntilLoggedAsync(PptpRig rig, string words, int times = 1)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (rig.Log.Count(line => line.Contains(words, StringComparison.Ordinal)) < times)
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"no \"{words}\" in: {string.Join('\n', rig.Log)}");
            await Task.Delay(20);
        }
    }

    private static PptpRig Rig(NetworkNamespace client, NetworkNamespace server, Func<PptpServerSession, Task> script, PptpOptions? options = null)
    {
        Socket listener = server.Run(() =>
        {
            Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(s_server, 1723));
            socket.Listen();
            return socket;
        });
        PptpServer pptp = new(
            listener, address => new GreEndpoint(server.Run(() => RawSocket.Open(RawSocket.Gre, s_server)), address), script, TimeSpan.FromSeconds(20));
        return new PptpRig(pptp, options, new NamespaceConnector(client));
    }
}
