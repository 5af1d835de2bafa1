using TunnelCore.Wire.Ppp;

namespace TunnelCore.Tests.Wire;

public sealed class PppFrameTests
{
    [Theory]
    [InlineData("ff03c02101010004", 0xC021, true, 4)]
    [InlineData("c02101010004", 0xC021, true, 4)]
    [InlineData("ff0300214500", 0x0021, false, 2)]
    [InlineData("00214500", 0x0021, false, 2)]
    [InlineData("ff03214500", 0x0021, false, 2)]
    [InlineData("214500", 0x0021, false, 2)]
    [InlineData("ff0380210101", 0x8021, true, 2)]
    [InlineData("57", 0x0057, false, 0)]
    [InlineData("00fd", 0x00FD, false, 0)]
    public void Parse_TellsTheProtocol(string hex, int protocol, bool isControl, int information)
    {
        Assert.True(PppFrame.TryParse(Convert.FromHexString(hex), out PppFrame frame));
        Assert.Equal((PppProtocol)protocol, frame.Protocol);
        Assert.Equal(isControl, frame.IsControl);
        Assert.Equal(information, frame.Information.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ff03")]
    [InlineData("00")]
    [InlineData("c0")]
    [InlineData("ff03c0")]
    [InlineData("0020")]
    [InlineData("ff03c022")]
    public void Parse_RefusesFramesWithoutAProtocol(string hex) => Assert.False(PppFrame.TryParse(Convert.FromHexString(hex), out _));
}
