using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TestServers.Pptp;
using TunnelCore.Diagnostics;
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
    public async Task G26_FragmentationNeeded_TeachesThePathMtu()
    {
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
        await rig.UpAsync();
        rig.Send(full);
        await rig.ExpectAsync(1);
        // Longer than the path: the kernel fragments it here.
        rig.Send(full);
        await rig.ExpectAsync(2);
        Assert.Equal(1000, rig.Transport.PathMtu);
        Assert.Contains(rig.Log, line => line.Contains("path MTU to the server is now 1000", StringComparison.Ordinal));
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
