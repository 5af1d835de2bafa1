using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TestServers.Pptp;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Transport;

namespace TunnelCore.Tests.Transport;

/// <summary>Frames over real GRE packets, with a server and a network that misbehave.</summary>
public sealed class GrePathTests
{
    [RootFact]
    public async Task FramesGoBothWays_InOrder_WithOurNumbersAndTheServersCallId()
    {
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            for (uint i = 0; i < 3; i++)
            {
                session.Gre.Send(session.ClientCallId, i, PptpRig.Frame((int)i));
            }

            for (uint expected = 1; expected <= 200; expected++)
            {
                GreDatagram packet = await session.Gre.ReceiveDataAsync(session.Ending);
                Assert.Equal(PptpServerSession.ServerCallId, packet.CallId);
                Assert.Equal(expected, packet.Sequence);
                Assert.Equal(PptpRig.Frame((int)expected), packet.Payload);
            }

            await session.ServeAsync();
        }).UpAsync();
        await rig.ExpectAsync(0, 1, 2);
        rig.Send([.. Enumerable.Range(1, 200).Select(PptpRig.Frame)]);
        await Task.Delay(50);
        await rig.CloseAsync();
        await rig.FinishAsync();
        Assert.Equal(200, rig.Transport.Statistics.TxSent);
        Assert.Equal(3, rig.Transport.Statistics.RxAccepted);
    }

    [RootFact]
    public async Task PacketsBeforeStart_AreDeliveredFirst()
    {
        TaskCompletionSource sent = new();
        await using PptpRig rig = new(async session =>
        {
            _ = session.Gre;
            await session.AcceptControlAsync();
            // Even before our reply: the socket is open since before the call request.
            session.Gre.Send(session.ClientCallId, 0, PptpRig.Frame(0));
            await session.SendAsync(ControlCodec.MakeCallReply(1, session.ClientCallId));
            session.Gre.Send(session.ClientCallId, 1, PptpRig.Frame(1));
            sent.SetResult();
            await session.ServeAsync();
        });
        await rig.Transport.ConnectAsync(CancellationToken.None);
        await sent.Task;
        rig.Transport.Start(rig);
        await rig.ExpectAsync(0, 1);
    }

    [RootFact]
    public async Task G01_FirstPacketIsAcknowledged_PiggybackOrAlone()
    {
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            session.Gre.Send(session.ClientCallId, 0x80000000, PptpRig.Frame(1));
            GreDatagram alone = await session.Gre.ReceiveAsync(session.Ending);
            Assert.Null(alone.Sequence);
            Assert.Equal(0x80000000, alone.Ack);
            session.Gre.Send(session.ClientCallId, 0x80000001, PptpRig.Frame(2));
            GreDatagram data = await session.Gre.ReceiveAsync(session.Ending);
            Assert.Equal(1u, data.Sequence);
            Assert.Equal(0x80000001, data.Ack);
            session.Fin();
        }).UpAsync();
        await rig.ExpectAsync(1, 2);
        rig.Send(PptpRig.Frame(9));
        await rig.FinishAsync();
        Assert.Equal(1, rig.Transport.Statistics.TxAcks);
    }

    [RootFact]
    public async Task G02_G03_G04_G05_ReorderLossLateDuplicate()
    {
        TaskCompletionSource flushed = new();
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            // 2 and 3 swapped, 5 twice, 6 lost until much later.
            foreach (uint sequence in (uint[])[1, 3, 2, 4, 5, 5, 7, 8])
            {
                session.Gre.Send(session.ClientCallId, sequence, PptpRig.Frame((int)sequence));
            }

            await flushed.Task;
            session.Gre.Send(session.ClientCallId, 6, PptpRig.Frame(6));
            session.Gre.Send(session.ClientCallId, 9, PptpRig.Frame(9));
            await session.ServeAsync();
        }).UpAsync();
        await rig.ExpectAsync(1, 2, 3, 4, 5, 7, 8);
        flushed.SetResult();
        await rig.ExpectAsync(9);
        await rig.CloseAsync();
        Assert.Equal(1, rig.Transport.Statistics.RxLost);
        Assert.Equal(2, rig.Transport.Statistics.RxUnderWindow);
    }

    [RootFact]
    public async Task G09_SpoofedFarAheadPacket_MovesNothing()
    {
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            session.Gre.Send(session.ClientCallId, 1, PptpRig.Frame(1));
            session.Gre.Send(session.ClientCallId, 0x7000_0000, PptpRig.Frame(666));
            session.Gre.Send(session.ClientCallId, 2, PptpRig.Frame(2));
            await Task.Delay(400);
            session.Gre.Send(session.ClientCallId, 3, PptpRig.Frame(3));
            await session.ServeAsync();
        }).UpAsync();
        await rig.ExpectAsync(1, 2, 3);
        Assert.Equal(1, rig.Transport.Statistics.RxOverWindow);
    }

    [RootFact]
    public async Task G13_G14_G15_BadPackets_AreDropped()
    {
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            byte[] good = new GreDatagram(session.ClientCallId, 1, null, PptpRig.Frame(1)).ToBytes();
            foreach ((int offset, byte value) in (ReadOnlySpan<(int, byte)>)[(0, 0xB0), (0, 0x70), (0, 0x10), (0, 0x3F), (1, 0), (1, 9), (2, 8), (5, 200)])
            {
                byte[] bad = [.. good];
                bad[offset] = value;
                session.Gre.SendRaw(bad);
            }

            session.Gre.SendRaw(good[..7]);
            session.Gre.SendRaw([]);
            session.Gre.Send((ushort)(session.ClientCallId ^ 1), 1, PptpRig.Frame(13));
            session.Gre.Send(session.ClientCallId, 2, PptpRig.Frame(2));
            await session.ServeAsync();
        }).UpAsync();
        await rig.ExpectAsync(2);
        await rig.CloseAsync();
        Assert.Equal(7, rig.Transport.Statistics.RxInvalid);
        Assert.Equal(1, rig.Transport.Statistics.RxTruncated);
        Assert.Equal(1, rig.Transport.Statistics.RxPackets);
    }

    [RootFact]
    public async Task G25_AnotherSource_IsFiltered()
    {
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            using (Socket other = RawSocket.Open(RawSocket.Gre, IPAddress.Parse("127.63.1.1")))
            {
                other.SendTo(new GreDatagram(session.ClientCallId, 1, null, PptpRig.Frame(13)).ToBytes(), new IPEndPoint(session.Client, 0));
            }

            session.Gre.Send(session.ClientCallId, 1, PptpRig.Frame(1));
            await session.ServeAsync();
        }).UpAsync();
        await rig.ExpectAsync(1);
        Assert.Equal(0, rig.Transport.Statistics.RxUnderWindow);
    }

    [RootTheory]
    [InlineData(3, 4, "Message too long")]
    [InlineData(3, 2, "Protocol not available")]
    [InlineData(3, 3, "Connection refused")]
    [InlineData(3, 10, "No route to host")]
    [InlineData(3, 13, "No route to host")]
    [InlineData(3, 1, "")]
    [InlineData(11, 0, "")]
    public async Task G26_G27_G29_IcmpErrors_EndNothing(byte type, byte code, string words)
    {
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            session.Gre.Send(session.ClientCallId, 1, PptpRig.Frame(1));
            await session.Gre.ReceiveDataAsync(session.Ending);
            for (int i = 0; i < 3; i++)
            {
                IcmpError.Send(session.Server, session.Client, session.Gre.LastRaw, type, code, 1000);
            }

            session.Gre.Send(session.ClientCallId, 2, PptpRig.Frame(2));
            await session.Gre.ReceiveDataAsync(session.Ending);
            session.Gre.Send(session.ClientCallId, 3, PptpRig.Frame(3));
            await session.ServeAsync();
        }).UpAsync();
        await rig.ExpectAsync(1);
        rig.Send(new byte[1300]);
        await rig.ExpectAsync(2);
        rig.Send(PptpRig.Frame(7));
        await rig.ExpectAsync(3);
        Assert.False(rig.Transport.Completion.IsCompleted);
        Assert.Equal(0, rig.Transport.Statistics.TxFailed);
        Assert.Equal(words.Length > 0 ? 1 : 0, rig.Log.Count(line => line.Contains("GRE: " + words, StringComparison.Ordinal)));
    }

    [RootFact]
    public async Task G28_NoGreAtTheServer_IsBlockedAndSaid()
    {
        PptpOptions options = new() { Timeouts = new PptpTimeouts { GreUnreachable = TimeSpan.FromSeconds(1) } };
        await using PptpRig rig = await new PptpRig(
            async session =>
            {
                await session.AcceptControlAsync();
                await session.SendAsync(ControlCodec.MakeCallReply(1, session.ClientCallId));
                await session.ServeAsync();
            },
            options).UpAsync();
        for (int i = 0; i < 8 && !rig.Transport.Completion.IsCompleted; i++)
        {
            rig.Send(PptpRig.Frame(i));
            await Task.Delay(500);
        }

        Failure failure = await rig.DownAsync();
        Assert.Equal(Cause.GreBlocked, failure.Cause);
        Assert.Contains("takes no GRE", failure.Detail, StringComparison.Ordinal);
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task G30_FirewallSwallowsTheServersPackets_IsBlockedWithCounts()
    {
        PptpOptions options = new() { Timeouts = new PptpTimeouts { GreSilence = TimeSpan.FromSeconds(1.5) } };
        await using PptpRig rig = await new PptpRig(
            async session =>
            {
                await session.AcceptCallAsync();
                await session.ServeAsync();
            },
            options).UpAsync();
        rig.Send(PptpRig.Frame(1), PptpRig.Frame(2));
        Failure failure = await rig.DownAsync();
        Assert.Equal(Cause.GreBlocked, failure.Cause);
        Assert.Contains("2 packets sent, none received", failure.Detail, StringComparison.Ordinal);
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task G36_Flood_TheControlConnectionStillAnswers()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            byte[] payload = new byte[1400];
            using CancellationTokenSource enough = new();
            uint sent = 0;
            Task flood = Task.Factory.StartNew(
                () =>
                {
                    for (uint i = 1; !enough.IsCancellationRequested; i++)
                    {
                        session.Gre.Send(session.ClientCallId, i, payload);
                        Volatile.Write(ref sent, i);
                    }
                },
                TaskCreationOptions.LongRunning);
            Stopwatch watch = Stopwatch.StartNew();
            for (uint i = 0; i < 20 || Volatile.Read(ref sent) < 5000; i++)
            {
                await session.SendAsync(ControlCodec.MakeEchoRequest(i));
                await session.ExpectAsync(ControlCodec.EchoReply);
            }

            await enough.CancelAsync();
            await flood;
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
            session.Fin();
            await session.IgnoreAsync();
        });
        rig.OnFrame = _ => { };
        await rig.UpAsync();
        Assert.Equal(Cause.PeerEnded, (await rig.DownAsync()).Cause);
        await rig.FinishAsync();
        Assert.True(rig.Transport.Statistics.RxAccepted > 100);
    }

    [RootFact]
    public async Task G09_G10_PacketsOfARunningTunnel_SurviveABurstOfSpoofedOnes()
    {
        await using PptpRig rig = await new PptpRig(async session =>
        {
            await session.AcceptCallAsync();
            session.Gre.Send(session.ClientCallId, 1, PptpRig.Frame(1));
            for (uint i = 0; i < 3; i++)
            {
                session.Gre.Send(session.ClientCallId, 1_000_000 + i, PptpRig.Frame(99));
            }

            session.Gre.Send(session.ClientCallId, 2, PptpRig.Frame(2));
            await session.ServeAsync();
        }).UpAsync();
        await rig.ExpectAsync(1, 2);
        Assert.Equal(3, rig.Transport.Statistics.RxOverWindow);
    }

    [Theory]
    [InlineData(DatagramErrno.ENOBUFS, true, false)]
    [InlineData(Errno.EAGAIN, true, false)]
    [InlineData(DatagramErrno.EMSGSIZE, false, true)]
    [InlineData(Errno.EHOSTUNREACH, false, true)]
    [InlineData(1, false, false)]
    public void G32_FullQueue_IsNoFailureToSend(int errno, bool fullQueue, bool repeat)
    {
        Assert.Equal(fullQueue, GreErrors.IsFullQueue(errno));
        Assert.Equal(repeat, GreErrors.IsIcmp(errno));
    }

    [RootFact]
    public async Task G39_SameCallIdOnTwoServers_IsTwoTunnels()
    {
        IPAddress[] servers = [IPAddress.Parse("127.63.2.1"), IPAddress.Parse("127.63.2.2")];
        const ushort CallId = 77;
        using GreSocket one = GreSocket.Open(servers[0], CallId);
        using GreSocket two = GreSocket.Open(servers[1], CallId);
        for (int i = 0; i < servers.Length; i++)
        {
            using Socket server = RawSocket.Open(RawSocket.Gre, servers[i]);
            server.SendTo(new GreDatagram(CallId, 1, null, PptpRig.Frame(i)).ToBytes(), new IPEndPoint(IPAddress.Loopback, 0));
        }

        await Task.Yield();
        DatagramBatch batch = new(4, 256);
        foreach ((GreSocket socket, int number) in new[] { (one, 0), (two, 1) })
        {
            Assert.Equal(1, batch.Receive(socket.Handle));
            Assert.Equal(PptpRig.Frame(number), batch.Received(0)[^6..].ToArray());
        }
    }

    [RootFact]
    public async Task G38_TwoTunnelsToOneAddress_DontDisturbEachOther()
    {
        async Task Script(PptpServerSession session)
        {
            await session.AcceptCallAsync();
            for (uint i = 1; i <= 100; i++)
            {
                session.Gre.Send(session.ClientCallId, i, PptpRig.Frame((int)i));
            }

            await session.ServeAsync();
        }

        await using PptpRig one = new(Script);
        await using PptpRig two = new(Script);
        await Task.WhenAll(one.UpAsync(), two.UpAsync());
        await one.ExpectAsync([.. Enumerable.Range(1, 100)]);
        await two.ExpectAsync([.. Enumerable.Range(1, 100)]);
        Assert.Equal(100, one.Transport.Statistics.RxPackets);
    }

    [RootFact]
    public async Task FullBatches_BothWays_AllocateNothing()
    {
        const int Packets = 20_000;
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            byte[] payload = new byte[1400];
            payload[0] = 1;
            Task receiving = Task.Run(async () =>
            {
                while (!session.Ending.IsCancellationRequested)
                {
                    await session.Gre.ReceiveAsync(session.Ending);
                }
            });
            for (uint i = 1; i <= Packets; i++)
            {
                session.Gre.Send(session.ClientCallId, i, payload);
                if (i % 64 == 0)
                {
                    // Slower than the client, so that its socket's buffer is no part of the test.
                    await Task.Delay(1);
                }
            }

            await session.ServeAsync();
        });
        // The runtime may allocate once while it recompiles a method; packets would allocate in every thousand.
        const int Round = 1000;
        long start = 0;
        long allocated = long.MaxValue;
        int got = 0;
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.OnFrame = _ =>
        {
            got++;
            if (got % Round == 0)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                allocated = got > Round ? Math.Min(allocated, now - start) : allocated;
                start = now;
            }

            if (got == Packets * 3 / 4)
            {
                all.SetResult();
            }
        };
        await rig.UpAsync();
        Assert.Equal(0, MeasureUplink(rig));
        await all.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(0, allocated);
    }

    private static long MeasureUplink(PptpRig rig)
    {
        byte[] frame = new byte[1400];
        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long start = GC.GetAllocatedBytesForCurrentThread();
            SendMany(rig, frame, 640);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - start);
        }

        return least;
    }

    private static void SendMany(PptpRig rig, byte[] frame, int count)
    {
        for (int i = 0; i < count; i++)
        {
            frame.CopyTo(rig.Transport.Uplink.Reserve(frame.Length));
            rig.Transport.Uplink.Commit(frame.Length);
            if (i % 32 == 31)
            {
                rig.Transport.Uplink.Flush();
            }
        }
    }
}
