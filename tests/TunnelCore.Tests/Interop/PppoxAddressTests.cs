using System.Net;
using TunnelCore.Interop;

namespace TunnelCore.Tests.Interop;

/// <summary>struct sockaddr_pppox, byte by byte (pptp 7.1).</summary>
public sealed class PppoxAddressTests
{
    [Fact]
    public void P02_Layout()
    {
        Span<byte> bytes = stackalloc byte[PppoxAddress.Size + 1];
        bytes.Fill(0xEE);
        PppoxAddress.Write(bytes, IPAddress.Parse("192.0.2.1"), 0x1234);
        Assert.Equal("180002000000" + "3412" + "0000" + "C0000201" + new string('0', 32) + "EE", Convert.ToHexString(bytes));
    }

    [Fact]
    public void ThereIsNoPptpOverIp6() =>
        Assert.Throws<ArgumentException>(() => PppoxAddress.Write(new byte[PppoxAddress.Size], IPAddress.IPv6Loopback, 1));

    [Fact]
    public void TooShort_IsNotWrittenInto() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PppoxAddress.Write(new byte[PppoxAddress.Size - 1], IPAddress.Loopback, 1));
}
