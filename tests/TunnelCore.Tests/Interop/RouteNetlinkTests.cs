using System.Net;
using TunnelCore.Interop;

namespace TunnelCore.Tests.Interop;

public sealed class RouteNetlinkTests
{
    // nlmsghdr (16), rtmsg (12), RTA_TABLE, RTA_OIF 3, RTA_METRICS { RTAX_MTU 1200 }
    private const string Reply =
        "40000000 1800 0000 00000000 00000000" + "02200000 fe000001 00020000"
        + "0800 0f00 fe000000" + "0800 0400 03000000" + "0c00 0800 0800 0200 b0040000" + "0800 0100 c6336407";

    [Fact]
    public void Loopback_IsReachedByTheLoopbackInterface()
    {
        using FileDescriptor socket = RouteNetlink.Open();
        byte[] loopback = IPAddress.Loopback.GetAddressBytes();
        Assert.Equal(0, RouteNetlink.Lookup(socket, loopback, loopback, out int index, out int mtu));
        Assert.Equal("lo", RouteNetlink.NameOf(socket, index));
        Assert.Equal(0, mtu);
        Assert.InRange(RouteNetlink.MtuOf(socket, "lo"), 1280, int.MaxValue);
        Assert.Null(RouteNetlink.NameOf(socket, 1_000_000));
        Assert.Equal(0, RouteNetlink.MtuOf(socket, "no-such-if"));
        Assert.Equal(0, RouteNetlink.MtuOf(socket, "a-name-longer-than-any"));
    }

    [Fact]
    public void Source_ThatIsNotOurs_HasNoWay()
    {
        using FileDescriptor socket = RouteNetlink.Open();
        Assert.NotEqual(0, RouteNetlink.Lookup(socket, [127, 0, 0, 1], [198, 51, 100, 1], out int index, out _));
        Assert.Equal(0, index);
    }

    [Fact]
    public void Reply_WithInterfaceAndMetrics()
    {
        Assert.Equal(0, RouteNetlink.ReadReply(Bytes(Reply), out int index, out int mtu));
        Assert.Equal((3, 1200), (index, mtu));
    }

    [Theory]
    [InlineData("", 71)]
    [InlineData("10000000 1800 0000 00000000 00000000", 71)]
    [InlineData("24000000 0200 0000 00000000 00000000 9bffffff", 101)]
    [InlineData("1c000000 1800 0000 00000000 00000000 02200000 fe000001 00020000", 71)]
    [InlineData("24000000 1800 0000 00000000 00000000 02200000 fe000001 00020000 ffff 0400 03000000", 71)]
    [InlineData("24000000 1800 0000 00000000 00000000 02200000 fe000001 00020000 0000 0400 03000000", 71)]
    [InlineData("24000000 1800 0000 00000000 00000000 02200000 fe000001 00020000 0600 0400 0300", 71)]
    public void Reply_WithoutAWay_IsAnError(string hex, int errno)
    {
        Assert.Equal(errno, RouteNetlink.ReadReply(Bytes(hex), out int index, out _));
        Assert.Equal(0, index);
    }

    [Fact]
    public void RandomReplies_NeverThrow()
    {
        Random random = new(9);
        byte[] good = Bytes(Reply);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] reply = [.. good.AsSpan(0, random.Next(good.Length + 1))];
            for (int n = random.Next(6); n > 0 && reply.Length > 6; n--)
            {
                reply[random.Next(6, reply.Length)] = (byte)random.Next(256);
            }

            _ = RouteNetlink.ReadReply(reply, out _, out _);
        }
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
