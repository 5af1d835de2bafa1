using TunnelCore.Buffers;
using TunnelCore.Pptp;
using TunnelCore.Wire.Gre;

namespace TunnelCore.Tests.Pptp;

/// <summary>Order, loss, duplicates, jumps.</summary>
public sealed class GreWindowTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0x80000000u)]
    [InlineData(uint.MaxValue)]
    public void G01_AnyFirstNumber_IsAcceptedAndAcknowledged(uint first)
    {
        WindowRig rig = new WindowRig().Hear(first).Wait(1);
        Assert.Equal($"{first}", rig.Order);
        Assert.Equal([first], rig.Acks);
    }

    [Fact]
    public void G02_R1_SwapIsPutInOrderWithoutDelayForTheOthers()
    {
        WindowRig rig = new WindowRig().Hear(1);
        Assert.Equal("1", rig.Order);
        rig.Hear(3);
        Assert.Equal("1", rig.Order);
        rig.Hear(2);
        Assert.Equal("1 2 3", rig.Order);
        rig.Hear(4);
        Assert.Equal("1 2 3 4", rig.Order);
        Assert.Null(rig.NextDeadline);
        Assert.Equal(0, rig.Statistics.RxLost);
    }

    [Fact]
    public void G03_R2_LossStallsForTheTimeoutAtMost()
    {
        WindowRig rig = new WindowRig().Hear(1, 3, 4, 6);
        Assert.Equal("1", rig.Order);
        rig.Wait(0.299);
        Assert.Equal("1", rig.Order);
        rig.Wait(0.001);
        Assert.Equal("1 3 4 6", rig.Order);
        Assert.Equal(2, rig.Statistics.RxLost);
        Assert.Equal(3, rig.Statistics.RxBuffered);
    }

    [Fact]
    public void G04_R3_LatePacketAfterTheTimeout_IsDroppedAndCounted()
    {
        WindowRig rig = new WindowRig().Hear(1, 3, 4, 6).Wait(0.5).Hear(7, 2);
        Assert.Equal("1 3 4 6 7", rig.Order);
        Assert.Equal(1, rig.Statistics.RxUnderWindow);
    }

    [Fact]
    public void G05_DuplicateOfADelivered_IsDropped()
    {
        WindowRig rig = new WindowRig().Hear(1, 2, 2, 1, 3);
        Assert.Equal("1 2 3", rig.Order);
        Assert.Equal(2, rig.Statistics.RxUnderWindow);
    }

    [Fact]
    public void G06_R6_DuplicateOfAHeldWithOtherBytes_TheFirstCopyWins()
    {
        WindowRig rig = new WindowRig().Hear(1).Hear(4, "a").Hear(4, "b").Hear(3).Wait(1);
        Assert.Equal("1 3 4-a", rig.Order);
        Assert.Equal(1, rig.Statistics.RxUnderWindow);
    }

    [Fact]
    public void G07_R4_R5_TheWrapIsNoEvent()
    {
        Assert.Equal("4294967293 4294967294 4294967295 0 1",
            new WindowRig().Hear(0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF, 0, 1).Order);
        Assert.Equal("4294967293 4294967294 4294967295 0 1",
            new WindowRig().Hear(0xFFFFFFFD, 0xFFFFFFFF, 0, 1, 0xFFFFFFFE).Order);
    }

    [Fact]
    public void G08_LossAtTheWrap()
    {
        WindowRig rig = new WindowRig().Hear(0xFFFFFFFE, 0, 1).Wait(0.3);
        Assert.Equal("4294967294 0 1", rig.Order);
        Assert.Equal(1, rig.Statistics.RxLost);
    }

    [Theory]
    [InlineData(2000000u)]
    [InlineData(0x80000001u)]
    [InlineData(0x80000002u)]
    [InlineData(0xC0000000u)]
    [InlineData(300u)]
    public void G09_R7_SingleFarJump_IsIgnored(uint far)
    {
        WindowRig rig = new WindowRig().Hear(1, far, 2, 3).Wait(5).Hear(far + 1, 4);
        Assert.Equal("1 2 3 4", rig.Order);
        Assert.Equal(2, rig.Statistics.RxOverWindow);
    }

    [Fact]
    public void G10_RealFarJump_IsFollowedWithinASecond()
    {
        WindowRig rig = new WindowRig().Hear(1, 2, 3);
        TimeSpan silence = rig.Now;
        uint next = 1_000_000;
        while (rig.Delivered.Count == 3 && next < 1_000_100)
        {
            rig.Wait(0.05).Hear(next++);
        }

        Assert.True(rig.Now - silence <= TimeSpan.FromSeconds(1.05));
        int delivered = rig.Delivered.Count;
        rig.Hear(next, next + 1);
        Assert.Equal(delivered + 2, rig.Delivered.Count);
    }

    [Fact]
    public void G10_FarPacketsWhileTheOldRangeIsAlive_MoveNothing()
    {
        WindowRig rig = new WindowRig().Hear(1);
        for (uint i = 0; i < 100; i++)
        {
            rig.Wait(0.5).Hear(2 + i).Hear(5_000_000 + i);
        }

        Assert.Equal(101, rig.Delivered.Count);
        Assert.DoesNotContain(rig.Delivered, text => text.StartsWith("5000", StringComparison.Ordinal));
    }

    [Fact]
    public void G10_OutageOfAFastLink_IsOverAfterAFewPackets()
    {
        WindowRig rig = new WindowRig().Hear(1, 2, 3);
        // 10 000 packets per second, 1000 of them lost.
        for (uint sequence = 1004; sequence < 1104; sequence++)
        {
            rig.Wait(0.0001).Hear(sequence);
        }

        Assert.Equal(3 + 100 - 31, rig.Delivered.Count);
        Assert.Equal("1103", rig.Delivered[^1]);
        Assert.Equal(31, rig.Statistics.RxOverWindow);
        Assert.Equal(1000, rig.Statistics.RxLost);
    }

    [Theory]
    [InlineData(2_000_000u)]
    [InlineData(0xF000_0000u)]
    public void BurstOfSpoofedPacketsFarAway_MovesNothing(uint far)
    {
        WindowRig rig = new WindowRig().Hear(1);
        for (uint i = 0; i < 1000; i++)
        {
            rig.Hear(far + i);
        }

        Assert.Equal("1 2 3", rig.Hear(2, 3).Order);
        Assert.Equal(1000, rig.Statistics.RxOverWindow);
    }

    [Theory]
    [InlineData(100u)]
    [InlineData(100_000u)]
    public void G11_ServerStartsAnewAtZero_IsFollowed(uint old)
    {
        byte[] configureRequest = Convert.FromHexString("ff03c02101010004");
        WindowRig rig = new WindowRig();
        for (uint sequence = old - 3; sequence <= old; sequence++)
        {
            rig.Hear(sequence);
        }

        rig.Delivered.Clear();
        for (uint sequence = 0; sequence < 4; sequence++)
        {
            rig.Wait(0.25).HearFrame(sequence, configureRequest);
        }

        Assert.Single(rig.Delivered);
        rig.Hear(4, 5);
        Assert.Equal(3, rig.Delivered.Count);
        Assert.EndsWith("4 5", rig.Order, StringComparison.Ordinal);
    }

    [Fact]
    public void G12_TenThousandAheadAndNeverFilled_StaysBounded()
    {
        WindowRig rig = new WindowRig().Hear(1);
        for (uint sequence = 3; sequence < 10_003; sequence++)
        {
            rig.Hear(sequence);
        }

        rig.Wait(1);
        Assert.Equal(10_001, rig.Delivered.Count);
        Assert.Equal(1, rig.Statistics.RxLost);
        Assert.Equal(255, rig.Statistics.RxBuffered);
    }

    [Fact]
    public void G12_EveryOtherPacketLost_StaysBoundedAndOrdered()
    {
        WindowRig rig = new WindowRig().Hear(1);
        for (uint sequence = 3; sequence < 20_003; sequence += 2)
        {
            rig.Hear(sequence);
        }

        rig.Wait(10);
        Assert.Equal(10_001, rig.Delivered.Count);
        Assert.Equal(10_000, rig.Statistics.RxLost);
        Assert.Equal(rig.Delivered.Select(uint.Parse).Order(), rig.Delivered.Select(uint.Parse));
    }

    [Theory]
    [InlineData("b001880b000212340000000101ff")]
    [InlineData("7001880b000212340000000101ff")]
    [InlineData("1001880b000212340000000101ff")]
    [InlineData("3f01880b000212340000000101ff")]
    [InlineData("3000880b000212340000000101ff")]
    [InlineData("3009880b000212340000000101ff")]
    [InlineData("30010800000212340000000101ff")]
    public void G13_InvalidPackets_AreCounted(string hex)
    {
        WindowRig rig = new WindowRig().HearGre(hex);
        Assert.Empty(rig.Delivered);
        Assert.Equal(1, rig.Statistics.RxInvalid);
        Assert.Equal(0, rig.Statistics.RxPackets);
    }

    [Fact]
    public void G14_AnotherCall_IsSilent()
    {
        WindowRig rig = new WindowRig().HearFrame(1, [1, 2, 3], callId: 0x9999);
        Assert.Empty(rig.Delivered);
        Assert.Equal(0, rig.Statistics.RxInvalid + rig.Statistics.RxPackets + rig.Statistics.RxTruncated);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(100)]
    public void G15_PayloadLengthBeyondTheData_IsRejected(int more)
    {
        WindowRig rig = new WindowRig().HearGre($"3001880b{2 + more:x4}12340000000101ff");
        Assert.Empty(rig.Delivered);
        Assert.Equal(1, rig.Statistics.RxTruncated);
    }

    [Fact]
    public void G16_PayloadShorterThanTheData_IsCut()
    {
        WindowRig rig = new WindowRig().HearGre("3001880b000812340000000100000000070000006161616161");
        Assert.Equal("7", rig.Order);
    }

    [Fact]
    public void G17_EmptyPayload_AdvancesAndDeliversNothing()
    {
        WindowRig rig = new WindowRig().Hear(1).HearFrame(2, []).Hear(3);
        Assert.Equal("1 3", rig.Order);
        Assert.Equal(0, rig.Statistics.RxLost);
        rig = new WindowRig().Hear(1).HearFrame(3, []).Hear(4, 2);
        Assert.Equal("1 2 4", rig.Order);
    }

    [Theory]
    [InlineData("2081880b0000123400000000")]
    [InlineData("2081880b00001234ffffffff")]
    [InlineData("2081880b0000123400000000000000000000")]
    [InlineData("2081880b0400123400000000")]
    public void G18_PureAcks_AreIgnored(string hex)
    {
        WindowRig rig = new WindowRig().HearGre(hex).Hear(1, 2);
        Assert.Equal("1 2", rig.Order);
        Assert.Equal(1, rig.Statistics.RxAcks);
        Assert.Equal(2, rig.Statistics.RxAccepted);
    }

    [Fact]
    public void G37_RandomPackets_NeverThrowAndNeverDeliverMoreThanTheyCarry()
    {
        Random random = new(11);
        LengthChecker checker = new();
        GreWindow window = new(new PptpOptions(), 0x1234, 1, new GreAcks(), new GreRoundTrip(), new GreStatistics());
        byte[] bytes = new byte[200];
        TimeSpan now = TimeSpan.Zero;
        for (int i = 0; i < 1_000_000; i++)
        {
            int length = random.Next(bytes.Length);
            Span<byte> datagram = bytes.AsSpan(0, length);
            random.NextBytes(datagram[..Math.Min(length, 48)]);
            MakePlausible(datagram, random, i);
            window.Receive(datagram, now, checker);
            if (i % 16 == 0)
            {
                now += TimeSpan.FromMilliseconds(random.Next(400));
                window.Tick(now, checker);
            }
        }

        Assert.True(checker.Frames > 100_000, $"{checker.Frames} frames");
    }

    [Fact]
    public void ObservedReordering_SetsTheWait_AndLossShortensIt()
    {
        WindowRig rig = new WindowRig().Hear(1);
        // Five losses without a late comer: the wait falls to its floor.
        for (uint sequence = 3; sequence < 15; sequence += 2)
        {
            rig.Hear(sequence).Wait(1);
        }

        rig.Hear(16);
        Assert.Equal(TimeSpan.FromMilliseconds(10), rig.NextDeadline - rig.Now);
        // A packet that comes 30 ms late teaches that it was too short.
        rig.Wait(0.03).Hear(15).Hear(18);
        Assert.Equal(TimeSpan.FromMilliseconds(60), rig.NextDeadline - rig.Now);
    }

    [Fact]
    public void ObservedReordering_IsNotForgottenAfterAFewLosses()
    {
        // One packet comes 20 ms early, then five are lost for good.
        WindowRig rig = new WindowRig().Hear(1, 3).Wait(0.02).Hear(2);
        for (uint sequence = 5; sequence <= 13; sequence += 2)
        {
            rig.Hear(sequence).Wait(1);
        }

        Assert.Equal(5, rig.Statistics.RxLost);
        rig.Hear(18).Wait(0.02).Hear(14, 15, 16, 17);
        Assert.Equal(5, rig.Statistics.RxLost);
        Assert.EndsWith("13 14 15 16 17 18", rig.Order, StringComparison.Ordinal);
    }

    [Fact]
    public void NoBuffering_DeliversAtOnceAndDropsTheLate()
    {
        WindowRig rig = new WindowRig(new PptpOptions { ReorderTimeout = TimeSpan.Zero }).Hear(1, 3, 2, 4);
        Assert.Equal("1 3 4", rig.Order);
        Assert.Equal(1, rig.Statistics.RxLost);
    }

    [Fact]
    public void MissingWindow_BoundsTheJump()
    {
        WindowRig rig = new WindowRig(new PptpOptions { MissingWindow = 10 }).Hear(1, 11, 10).Wait(1);
        Assert.Equal("1 10", rig.Order);
        Assert.Equal(1, rig.Statistics.RxOverWindow);
    }

    [Fact]
    public void FrameTooLongToWait_IsDeliveredWithWhatItOvertakes()
    {
        byte[] longFrame = new byte[3000];
        longFrame[4] = 5;
        WindowRig rig = new WindowRig().Hear(1, 3).HearFrame(5, longFrame);
        Assert.StartsWith("1 3 5", rig.Order, StringComparison.Ordinal);
        Assert.Equal(2, rig.Statistics.RxLost);
        Assert.Null(rig.NextDeadline);
    }

    [Fact]
    public void RandomNetwork_DeliversInOrderWithoutDuplicates_AndLosesOnlyWhatWasLost()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            uint first = (uint)random.NextInt64(uint.MaxValue);
            first = seed % 3 == 0 ? uint.MaxValue - 500 : first;
            List<(double At, uint Sequence)> network = [];
            HashSet<uint> sent = [];
            for (uint i = 0; i < 1000; i++)
            {
                uint sequence = unchecked(first + i);
                double at = i * 0.001;
                int copies = i == 0 ? 1 : random.Next(20) switch { 0 => 0, 1 => 2, _ => 1 };
                for (int copy = 0; copy < copies; copy++)
                {
                    network.Add((at + (i == 0 ? 0 : random.NextDouble() * 0.005), sequence));
                    sent.Add(sequence);
                }
            }

            WindowRig rig = new();
            TimeSpan start = rig.Now;
            foreach ((double at, uint sequence) in network.OrderBy(packet => packet.At))
            {
                rig.Wait(Math.Max(0, at - (rig.Now - start).TotalSeconds)).Hear(sequence);
            }

            rig.Wait(1);
            uint[] got = [.. rig.Delivered.Select(uint.Parse)];
            Assert.Equal(sent.OrderBy(sequence => unchecked(sequence - first)), got);
        }
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        WindowRig rig = new() { Collects = false };
        byte[] headroom = new byte[GrePacket.MaxHeader];
        byte[] frame = new byte[1400];
        uint next = 1;
        Run(2000);
        // The runtime may allocate once while it recompiles a method; packets would allocate in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(2000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.True(rig.Statistics.RxBuffered > 1000);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                // Every pair swapped, an uplink packet for each third.
                rig.HearFrame((next & 1) == 1 ? next + 1 : next - 1, frame, ack: 5);
                next++;
                if (i % 3 == 0)
                {
                    rig.Sender.WriteHeader(headroom, 1400);
                    rig.Sender.Sent(rig.Now);
                }
            }
        }
    }

    private static void MakePlausible(Span<byte> datagram, Random random, int i)
    {
        if (datagram.Length < 36 || random.Next(10) == 0)
        {
            return;
        }

        datagram[0] = 0x45;
        datagram[20] = (byte)(random.Next(8) == 0 ? random.Next(256) : 0x30);
        datagram[21] = (byte)(random.Next(2) == 0 ? 0x81 : 0x01);
        datagram[22] = 0x88;
        datagram[23] = 0x0B;
        datagram[24] = (byte)(random.Next(20) == 0 ? 1 : 0);
        datagram[26] = 0x12;
        datagram[27] = 0x34;
        datagram[25] = (byte)(random.Next(4) == 0 ? datagram[25] : random.Next(0, datagram.Length - 35));
        if (random.Next(10) != 0)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(datagram[28..], (uint)(i + random.Next(-3, 4)));
        }
    }

    private sealed class LengthChecker : IFrameReceiver
    {

        public int Frames { get; private set; }

        public void Receive(ReadOnlySpan<byte> frame)
        {
            Assert.InRange(frame.Length, 1, 200);
            Frames++;
        }

        public void EndOfBatch()
        {
        }
    }
}
