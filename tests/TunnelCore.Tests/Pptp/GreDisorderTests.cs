using TunnelCore.Pptp;

namespace TunnelCore.Tests.Pptp;

/// <summary>The damages of pptp's --test-type.</summary>
public sealed class GreDisorderTests
{
    [Theory]
    [InlineData(GreDisorderKind.Swap, 3, new[] { 0, 1, 2, 4, 3, 5, 6, 7, 9, 8 })]
    [InlineData(GreDisorderKind.Delay, 2, new[] { 0, 1, 12, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 25, 15 })]
    [InlineData(GreDisorderKind.Reverse, 2, new[] { 0, 1, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 13, 14, 25, 24 })]
    public void Packets_ComeOutInThatOrder_AndNoneIsLost(GreDisorderKind kind, int rate, int[] order)
    {
        GreDisorder disorder = new(kind, rate);
        List<int> sent = [];
        for (byte i = 0; i < 60; i++)
        {
            IReadOnlyList<byte[]> released = disorder.Pass([i]);
            Assert.InRange(released.Count, 0, GreDisorder.MaxReleased);
            sent.AddRange(released.Select(packet => (int)packet[0]));
        }

        Assert.Equal(order, sent.Take(order.Length));
        Assert.Equal(sent.Count, sent.Distinct().Count());
        Assert.InRange(sent.Count, 60 - GreDisorder.MaxReleased, 60);
    }
}
