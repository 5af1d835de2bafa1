using TunnelCore.Pptp;
using TunnelCore.Wire.Gre;

namespace TunnelCore.Tests.Pptp;

/// <summary>Acknowledgments: alone, along with data, and how many.</summary>
public sealed class GreAckTests
{
    private readonly byte[] _headroom = new byte[GrePacket.MaxHeader];

    [Fact]
    public void G20_OneWayDownload_IsAcknowledgedOftenAndCheaply()
    {
        WindowRig rig = new();
        uint acknowledged = 0;
        double latency = 0;
        for (uint sequence = 1; sequence <= 5000; sequence++)
        {
            rig.Hear(sequence).EndBatch().Wait(0.001);
            acknowledged = rig.Acks.Count > 0 ? rig.Acks[^1] : 0;
            latency = Math.Max(latency, (sequence - acknowledged) * 0.001);
        }

        Assert.InRange(rig.Acks.Count, 100, 2500);
        Assert.True(latency <= 0.1, $"{latency} s");
    }

    [Fact]
    public void G20_AServerThatStopsAt16Open_IsNotStopped()
    {
        WindowRig rig = new WindowRig().Hear([.. Enumerable.Range(1, 16).Select(i => (uint)i)]).EndBatch();
        Assert.Equal([16u], rig.Acks);
    }

    [Fact]
    public void G21_BidirectionalTraffic_NeedsNearlyNoAcksOfTheirOwn()
    {
        WindowRig rig = new();
        uint next = 1;
        for (int batch = 0; batch < 1000; batch++)
        {
            for (int i = 0; i < 16; i++)
            {
                rig.Hear(next++);
            }

            rig.EndBatch().Wait(0.002);
            for (int i = 0; i < 16; i++)
            {
                rig.Sender.WriteHeader(_headroom, 10);
            }
        }

        Assert.True(rig.Acks.Count < 160, $"{rig.Acks.Count} of 16000");
    }

    [Fact]
    public void G22_OnePacketThenSilence_IsAcknowledgedWithinHalfASecond()
    {
        WindowRig rig = new WindowRig().Hear(9).EndBatch();
        Assert.Empty(rig.Acks);
        rig.Wait(0.499);
        Assert.Empty(rig.Acks);
        rig.Wait(0.001);
        Assert.Equal([9u], rig.Acks);
        rig.Wait(60);
        Assert.Single(rig.Acks);
    }

    [Fact]
    public void AFewPackets_AreAcknowledgedWithin100Milliseconds()
    {
        WindowRig rig = new WindowRig().Hear(1, 2, 3).EndBatch();
        Assert.Empty(rig.Acks);
        rig.Wait(0.1);
        Assert.Equal([3u], rig.Acks);
    }

    [Fact]
    public void TheHighestReceivedIsAcknowledged_NotTheHighestDelivered()
    {
        WindowRig rig = new WindowRig().Hear(1, 3, 4);
        Assert.Equal("1", rig.Order);
        Assert.Equal(16, rig.Sender.WriteHeader(_headroom, 0));
        Assert.Equal(GreFraming.Packet, GrePacket.Read(_headroom, out GrePacket packet));
        Assert.Equal(4u, packet.Acknowledgment);
        // Late and duplicate packets don't take it back.
        rig.Hear(2);
        rig.Sender.WriteHeader(_headroom, 0);
        Assert.Equal(GreFraming.Packet, GrePacket.Read(_headroom, out packet));
        Assert.Equal(4u, packet.Acknowledgment);
    }

    [Fact]
    public void Uplink_CountsFrom1_AndCarriesAnAckOnlyWhenOneIsOpen()
    {
        WindowRig rig = new();
        Assert.Equal(12, rig.Sender.WriteHeader(_headroom, 0));
        Assert.Equal("3001880b0000432100000001", Convert.ToHexStringLower(_headroom.AsSpan(4)));
        rig.Hear(0);
        Assert.Equal(16, rig.Sender.WriteHeader(_headroom, 0));
        Assert.Equal("3081880b000043210000000200000000", Convert.ToHexStringLower(_headroom));
        Assert.Equal(12, rig.Sender.WriteHeader(_headroom, 0));
        rig.Wait(1);
        Assert.Empty(rig.Acks);
    }

    [Fact]
    public void FarPackets_AreNotAcknowledged()
    {
        WindowRig rig = new WindowRig().Hear(1, 2_000_000).Wait(1);
        Assert.Equal([1u], rig.Acks);
    }

    [Fact]
    public void RoundTrip_IsMeasuredFromTheAcknowledgments()
    {
        WindowRig rig = new();
        rig.Sender.WriteHeader(_headroom, 0);
        rig.Sender.Sent(rig.Now);
        rig.Wait(0.04).Hear(1, "", ack: 1);
        Assert.Equal(TimeSpan.FromMilliseconds(40), rig.Statistics.RoundTrip);
        rig.Wait(1).Hear(2, "", ack: 1);
        Assert.Equal(TimeSpan.FromMilliseconds(40), rig.Statistics.RoundTrip);
    }

    [Fact]
    public async Task UplinkAndDownlinkTogether_LoseNoAcknowledgment()
    {
        GreAcks acks = new();
        const uint Last = 2_000_000;
        bool done = false;
        uint highest = 0;
        Task uplink = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                if (acks.TryPiggyback(out uint taken))
                {
                    Assert.True(taken >= highest);
                    highest = taken;
                }
            }
        });
        for (uint sequence = 1; sequence <= Last; sequence++)
        {
            acks.Received(sequence, TimeSpan.Zero);
        }

        Volatile.Write(ref done, true);
        await uplink;
        Assert.True(highest == Last ^ acks.TryTake(out uint rest));
        Assert.Equal(Last, Math.Max(highest, rest));
    }
}
