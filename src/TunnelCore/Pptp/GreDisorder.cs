namespace TunnelCore.Pptp;

/// <summary>Damages the order of packets that are numbered already. For tests: it copies each packet that it holds back. Uplink only.</summary>
/// <param name="kind">How.</param>
/// <param name="rate">Packets in order between two damages.</param>
internal sealed class GreDisorder(GreDisorderKind kind, int rate)
{
    /// <summary>The most packets that come out for one that goes in.</summary>
    public const int MaxReleased = 11;

    private readonly List<byte[]> _held = [];
    private int _inOrder;

    private int HeldAtMost => kind == GreDisorderKind.Swap ? 1 : MaxReleased - 1;

    /// <summary>What to send now in the place of a packet, in this order; empty while packets are held back.</summary>
    public IReadOnlyList<byte[]> Pass(ReadOnlySpan<byte> packet)
    {
        byte[] copy = packet.ToArray();
        if (_inOrder < rate)
        {
            _inOrder++;
            return [copy];
        }

        if (_held.Count < HeldAtMost)
        {
            _held.Add(copy);
            return [];
        }

        if (kind == GreDisorderKind.Reverse)
        {
            _held.Reverse();
        }

        byte[][] released = [copy, .. _held];
        _held.Clear();
        _inOrder = 0;
        return released;
    }
}
