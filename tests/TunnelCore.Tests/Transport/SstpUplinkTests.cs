using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Tests.Sstp;
using TunnelCore.Wire.Sstp;
using static TunnelCore.Tests.Transport.SstpServerScript;

namespace TunnelCore.Tests.Transport;

/// <summary>The way to the server, and the gate in both directions.</summary>
public sealed class SstpUplinkTests
{
    [Fact]
    public async Task NetworkFrames_WaitForCallConnected_InBothDirections()
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        script.Send(Ip);
        script.Send(Ipcp);
        Assert.Equal(Data(Ipcp), await script.TakePacketAsync());
        script.Connection.Push([.. Data(Ip), .. Data(Ipcp), .. Data(), .. Data(0xff, 0x03, 0xc0)]);
        Assert.Equal(Ipcp, Assert.Single(await script.Frames.WaitAsync(1)));

        using PppKeys keys = new(SstpVectors.SendKey, SstpVectors.ReceiveKey);
        await script.Transport.AuthenticatedAsync(keys, CancellationToken.None);
        script.Send(Ip);
        await script.ExpectAsync("CallConnected");
        Assert.Equal(Data(Ip), await script.TakePacketAsync());
        script.Connection.Push(Data(Ip));
        Assert.Equal([Ipcp, Ip], await script.Frames.WaitAsync(2));
    }

    [Fact]
    public async Task CallConnected_IsWrittenWhenTheTaskCompletes()
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        await script.Transport.AuthenticatedAsync(PppKeys.None, CancellationToken.None);
        Assert.Equal(112, script.Connection.Untaken);
    }

    [Fact]
    public async Task Authenticated_AfterTheEnd_ThrowsTheFirstReason()
    {
        await using SstpServerScript script = new();
        await script.NegotiateAsync();
        script.Connection.End(FakeEnd.Fin);
        await script.ExpectCompletionAsync(Cause.ConnectionClosed);
        await script.ExpectFailureAsync(script.Transport.AuthenticatedAsync(PppKeys.None, CancellationToken.None), Cause.ConnectionClosed);
    }

    [Fact]
    public async Task ManyFrames_LeaveInOneWrite()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        int before = script.Connection.Writes.Count;
        byte[] frame = [.. Ip, .. new byte[1396]];
        for (int i = 0; i < 11; i++)
        {
            script.Send(frame, flush: false);
        }
        Assert.Equal(before, script.Connection.Writes.Count);
        script.Uplink.Flush();
        Assert.Equal([11 * (frame.Length + 4)], script.Connection.Writes[before..]);
        for (int i = 0; i < 11; i++)
        {
            Assert.Equal(Data(frame), await script.TakePacketAsync());
        }
        script.Uplink.Flush();
        Assert.Equal(before + 1, script.Connection.Writes.Count);
    }

    [Fact]
    public async Task AFullBatch_LeavesByItself_AndNeverExceedsOneRecord()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        int before = script.Connection.Writes.Count;
        byte[] frame = [.. Ip, .. new byte[SstpPacketHeader.MaxFrame - Ip.Length]];
        for (int i = 0; i < 9; i++)
        {
            script.Send(frame, flush: false);
        }
        script.Uplink.Flush();
        Assert.Equal([4 * 4095, 4 * 4095, 4095], script.Connection.Writes[before..]);
        for (int i = 0; i < 9; i++)
        {
            Assert.Equal(4095, (await script.TakePacketAsync()).Length);
        }
    }

    [Fact]
    public async Task AFrameThatFitsOnlyWithoutItsHeader_StartsANewBatch()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        int before = script.Connection.Writes.Count;
        byte[] big = [.. Ip, .. new byte[SstpPacketHeader.MaxFrame - Ip.Length]];
        for (int i = 0; i < 4; i++)
        {
            script.Send(big, flush: false);
        }
        script.Send(Ip[..4]);
        Assert.Equal([4 * 4095, 8], script.Connection.Writes[before..]);
    }

    [Fact]
    public async Task Reserve_CanBeTakenBack_AndIsBounded()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Uplink.Reserve(4091).Fill(0xEE);
        script.Uplink.Commit(0);
        Assert.Throws<ArgumentOutOfRangeException>(() => script.Uplink.Reserve(4092).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => script.Uplink.Reserve(0).Length);
        script.Uplink.Reserve(10);
        Assert.Throws<ArgumentOutOfRangeException>(() => script.Uplink.Commit(11));
        Assert.Throws<ArgumentOutOfRangeException>(() => script.Uplink.Commit(-1));
        script.Send(Ip);
        Assert.Equal(Data(Ip), await script.TakePacketAsync());
    }

    [Fact]
    public async Task AServerThatAsksAndDoesNotRead_CostsBoundedMemory_AndTheCallStillEnds()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Connection.SetServerReads(false);
        byte[] echo = ControlMessage.EchoRequest.ToArray();
        script.Connection.Push([.. Enumerable.Repeat(echo, 5000).SelectMany(packet => packet), .. Data(Ip)]);
        await script.Frames.WaitAsync(1);
        Task closing = script.Transport.CloseAsync(TimeSpan.FromSeconds(2));
        // The goodbye must find room in the full queue, not in an emptied one.
        await script.ExpectCompletionAsync(Cause.Cancelled);
        await Task.Delay(20);
        script.Connection.SetServerReads(true);
        int answers = 0;
        string last;
        do
        {
            last = $"{ControlMessage.Parse(await script.TakePacketAsync()).Type}";
            answers++;
        }
        while (last == "EchoResponse");
        Assert.Equal("CallDisconnect", last);
        Assert.InRange(answers, 2, 1100);
        script.Connection.Push(ControlMessage.CallDisconnectAck.ToArray());
        await closing.WaitAsync(FakeTlsConnection.Patience);
    }

    [Fact]
    public async Task AControlMessage_BehindAStuckWrite_LeavesWithIt()
    {
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        script.Connection.SetServerReads(false);
        Task upload = Background.Run(() => script.Send(Ip));
        await script.Connection.WaitForBlockedWriteAsync();
        script.Connection.Push([.. ControlMessage.EchoRequest.ToArray(), .. Data(Ip)]);
        await script.Frames.WaitAsync(1);
        // The pool's attempt finds the line taken; let it come and go before the line is free.
        await Task.Delay(50);
        script.Connection.SetServerReads(true);
        Assert.Equal(Data(Ip), await script.TakePacketAsync());
        await script.ExpectAsync("EchoResponse");
        await upload.WaitAsync(FakeTlsConnection.Patience);
    }

    /// <summary>Uplink data and control messages from two sides at once: every packet arrives whole.</summary>
    [Fact]
    public async Task ControlAndData_NeverSplitEachOther()
    {
        const int Frames = 2000;
        const int Echoes = 200;
        await using SstpServerScript script = new();
        await script.ConnectAsync();
        Task upload = Background.Run(() =>
        {
            Random random = new(3);
            for (int i = 0; i < Frames; i++)
            {
                byte[] frame = [.. Ip, .. new byte[random.Next(0, 1400)]];
                frame.AsSpan(Ip.Length).Fill((byte)i);
                script.Send(frame, flush: random.Next(5) == 0);
            }
            script.Uplink.Flush();
        });
        for (int i = 0; i < Echoes; i++)
        {
            script.Connection.Push(ControlMessage.EchoRequest.ToArray());
        }
        int data = 0;
        int control = 0;
        while (data < Frames || control < Echoes)
        {
            byte[] packet = await script.TakePacketAsync();
            if ((packet[1] & 1) != 0)
            {
                Assert.Equal("1001000800090000", Convert.ToHexString(packet));
                control++;
                continue;
            }
            Assert.Equal(Ip, packet[4..(4 + Ip.Length)]);
            Assert.All(packet[(4 + Ip.Length)..], value => Assert.Equal((byte)data, value));
            data++;
        }
        await upload.WaitAsync(FakeTlsConnection.Patience);
    }
}
