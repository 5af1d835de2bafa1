using System.Net;
using TunnelCore.Link;
using TunnelCore.Pppd;

namespace TunnelCore.Tests.Pppd;

public sealed class CallbackCodecTests
{
    [Fact]
    public void KnownMessages()
    {
        Assert.Equal(new CallbackMessage.Hello(1, 77, 249), Parse("01000c00 01000000 4d000000 f9000000"));
        Assert.Equal(new CallbackMessage.Phase(PppPhase.Disconnect, 19), Parse("03000800 0a000000 13000000"));
        Assert.Equal(new CallbackMessage.NeedSecret(CallbackAuthMethod.MsChapV2, "bob"), Parse("04000900 04000000 0300626f62"));
        Assert.Equal(new CallbackMessage.Exit(5), Parse("0f000400 05000000"));
        Assert.Equal(new CallbackMessage.Ip6Rejected(), Parse("0c000000"));
        Assert.Equal(new CallbackMessage.NeedChannel(), Parse("10000000"));
        Assert.Equal(new CallbackMessage.LcpSent(), Parse("14000000"));
        Assert.Equal(Convert.FromHexString("C02101010004"), Assert.IsType<CallbackMessage.Received>(Parse("13000800 0600 c02101010004")).Frame);
        Span<byte> channel = stackalloc byte[16];
        Assert.Equal("1100040002000000", Convert.ToHexString(channel[..CallbackCodec.WriteChannel(2, channel)]));
        CallbackMessage.Authenticated keys = Assert.IsType<CallbackMessage.Authenticated>(Parse("07000b00 04000000 0200 aabb 0100 cc"));
        Assert.Equal([0xAA, 0xBB], keys.Keys.Send.ToArray());
        Assert.Equal([0xCC], keys.Keys.Receive.ToArray());
        CallbackMessage.Ip4 ip = Assert.IsType<CallbackMessage.Ip4>(
            Parse("09002600 0400 70707030 00000000 0a090902 0a090901 0a090903 00000000 00000000 00000000 78050000"));
        Assert.Equal(("ppp0", IPAddress.Parse("10.9.9.2"), IPAddress.Parse("10.9.9.1"), 1400), (ip.Interface, ip.Address, ip.Peer, ip.Mtu));
        CallbackMessage.Ip6 six = Assert.IsType<CallbackMessage.Ip6>(
            Parse("0b001e00 0400 70707030 00000000 0102030405060708 1112131415161718 78050000"));
        Assert.Equal((0x0102030405060708UL, 0x1112131415161718UL), (six.InterfaceId, six.PeerInterfaceId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0100")]
    [InlineData("01000c00 01000000 4d000000")]
    [InlineData("01000d00 01000000 4d000000 f9000000 00")]
    [InlineData("01000c00 01000000 4d000000 f9000000 00")]
    [InlineData("04000900 04000000 ffff626f62")]
    [InlineData("07000600 04000000 0200")]
    [InlineData("07006b00 04000000 6500")]
    [InlineData("0c000100 00")]
    [InlineData("02000000")]
    [InlineData("05000400 00000000")]
    [InlineData("63000000")]
    [InlineData("11000400 01000000")]
    [InlineData("12000000")]
    [InlineData("10000100 00")]
    [InlineData("13000000")]
    [InlineData("13000400 0300 c021")]
    [InlineData("13000400 0100 c021")]
    public void WhatIsNoMessage_IsRefused(string packet) => Assert.Null(Parse(packet));

    [Theory]
    [InlineData(null, 0, "02000800 00000000 00000000")]
    [InlineData(1256, 100, "02000800 e8040000 00000000")]
    [InlineData(20, 400, "02000800 80000000 00000000")]
    [InlineData(100_000, 600, "02000800 ffff0000 03000000")]
    [InlineData(null, 1201, "02000800 00000000 03000000")]
    [InlineData(null, 2400, "02000800 00000000 05000000")]
    [InlineData(null, 90_000, "02000800 00000000 0a000000")]
    public void Start_CarriesALimitAndAWaitThatThePluginTakes(int? longestPacket, int roundTrip, string expected)
    {
        byte[] packet = new byte[16];
        int length = CallbackCodec.WriteStart(new PathTraits(longestPacket, TimeSpan.FromMilliseconds(roundTrip)), packet);
        Assert.Equal(expected.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(packet.AsSpan(0, length)), ignoreCase: true);
    }

    [Fact]
    public void RandomPackets_NeverThrow()
    {
        Random random = new(5);
        byte[] packet = new byte[CallbackCodec.MaxLength];
        for (int i = 0; i < 100_000; i++)
        {
            int length = random.Next(0, 80);
            random.NextBytes(packet.AsSpan(0, length));
            if (length >= 4)
            {
                packet[0] = (byte)(i % 23);
                packet[1] = 0;
                packet[2] = (byte)(length - 4);
                packet[3] = 0;
            }

            _ = CallbackCodec.Parse(packet.AsSpan(0, length));
        }
    }

    private static CallbackMessage? Parse(string hex) => CallbackCodec.Parse(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
}
