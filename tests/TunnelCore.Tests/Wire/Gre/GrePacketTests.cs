using TunnelCore.Wire.Gre;

namespace TunnelCore.Tests.Wire.Gre;

/// <summary>Packets as they were captured, and everything that is none.</summary>
public sealed class GrePacketTests
{
    private static readonly byte[] s_payload = Convert.FromHexString("ff03c0210101000a050612345678");

    [Fact]
    public void VectorG1_DataWithoutAck() => CheckData("3001880b000e123400000001", 1, null);

    [Fact]
    public void VectorG2_DataWithAck() => CheckData("3081880b000e12340000000200000001", 2, 1);

    [Theory]
    [InlineData("2081880b0000123400000002", 2u)]
    [InlineData("2081880b00001234ffffffff", 0xFFFFFFFFu)]
    public void VectorG3_G4_PureAck(string hex, uint ack)
    {
        byte[] bytes = new byte[GrePacket.AckSize];
        GrePacket.WriteAck(bytes, 0x1234, ack);
        Assert.Equal(hex, Convert.ToHexStringLower(bytes));
        Assert.Equal(GreFraming.Packet, GrePacket.Read(bytes, out GrePacket packet));
        Assert.Equal(ack, packet.Acknowledgment);
        Assert.Null(packet.Sequence);
        Assert.True(packet.Payload.IsEmpty);
    }

    [Fact]
    public void VectorG5_G6_KernelPackets()
    {
        Assert.Equal(GreFraming.Packet, GrePacket.Read(Convert.FromHexString("3081880b000812340000000300000000ff03c02101010004"), out GrePacket packet));
        Assert.Equal(3u, packet.Sequence);
        Assert.Equal(0u, packet.Acknowledgment);
        Assert.Equal("ff03c02101010004", Convert.ToHexStringLower(packet.Payload));
        Assert.Equal(GreFraming.Packet, GrePacket.Read(Convert.FromHexString("3001880b0003123400000001214500"), out packet));
        Assert.Equal("214500", Convert.ToHexStringLower(packet.Payload));
    }

    [Theory]
    [InlineData("b001880b000212340000000101ff", false)]
    [InlineData("7001880b000212340000000101ff", false)]
    [InlineData("1001880b000212340000000101ff", false)]
    [InlineData("3801880b000212340000000101ff", false)]
    [InlineData("3f01880b000212340000000101ff", false)]
    [InlineData("3000880b000212340000000101ff", false)]
    [InlineData("3002880b000212340000000101ff", false)]
    [InlineData("3009880b000212340000000101ff", false)]
    [InlineData("30010800000212340000000101ff", false)]
    [InlineData("3001880b006412340000000101ff", true)]
    [InlineData("3001880b000312340000000101ff", true)]
    [InlineData("3081880b0000123400000001", true)]
    [InlineData("2081880b00001234", true)]
    [InlineData("3001880b00001234000000", true)]
    [InlineData("20", true)]
    [InlineData("", true)]
    public void G13_RejectList(string hex, bool truncated) =>
        Assert.Equal(truncated ? GreFraming.Truncated : GreFraming.Invalid, GrePacket.Read(Convert.FromHexString(hex), out _));

    [Fact]
    public void G19_SequenceAndAckWithTwelveBytes_IsRejected() =>
        Assert.Equal(GreFraming.Truncated, GrePacket.Read(Convert.FromHexString("3081880b0000123400000001"), out _));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(20)]
    public void G24_IpOptions_AreStepped(int optionBytes)
    {
        byte[] datagram = new byte[20 + (optionBytes / 4 * 4) + 12];
        datagram[0] = (byte)(0x40 | (5 + (optionBytes / 4)));
        GrePacket.WriteAck(datagram.AsSpan(datagram.Length - 12), 7, 9);
        Assert.Equal(GreFraming.Packet, GrePacket.Read(Ipv4Datagram.Payload(datagram), out GrePacket packet));
        Assert.Equal(9u, packet.Acknowledgment);
    }

    [Theory]
    [InlineData("")]
    [InlineData("45")]
    [InlineData("6500000000000000000000000000000000000000ff")]
    [InlineData("4400000000000000000000000000000000000000ff")]
    [InlineData("4f00000000000000000000000000000000000000ff")]
    public void IpHeadersThatLie_CarryNothing(string hex) => Assert.True(Ipv4Datagram.Payload(Convert.FromHexString(hex)).IsEmpty);

    private static void CheckData(string header, uint sequence, uint? ack)
    {
        byte[] packet = new byte[GrePacket.MaxHeader + s_payload.Length];
        s_payload.CopyTo(packet, GrePacket.MaxHeader);
        int size = GrePacket.WriteDataHeader(packet.AsSpan(0, GrePacket.MaxHeader), 0x1234, s_payload.Length, sequence, ack);
        string wire = Convert.ToHexStringLower(packet.AsSpan(GrePacket.MaxHeader - size));
        Assert.Equal(header + Convert.ToHexStringLower(s_payload), wire);

        Assert.Equal(GreFraming.Packet, GrePacket.Read(Convert.FromHexString(wire), out GrePacket read));
        Assert.Equal(0x1234, read.CallId);
        Assert.Equal(sequence, read.Sequence);
        Assert.Equal(ack, read.Acknowledgment);
        Assert.Equal(s_payload, read.Payload.ToArray());
    }
}
