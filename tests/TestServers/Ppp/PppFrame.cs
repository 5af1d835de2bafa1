namespace TestServers.Ppp;

/// <summary>Where a PPP frame's protocol field lies: address/control and the upper protocol byte may be compressed away.</summary>
internal static class PppFrame
{
    public const int Lcp = 0xc021;
    public const int Chap = 0xc223;
    public const int Pap = 0xc023;
    public const int Eap = 0xc227;

    /// <summary>Protocol number and offset of the information field, or (-1, 0) when the frame is too short to have one.</summary>
    public static (int Protocol, int Offset) Parse(ReadOnlySpan<byte> frame)
    {
        int at = frame.Length >= 2 && frame[0] == 0xff && frame[1] == 0x03 ? 2 : 0;
        if (frame.Length <= at)
        {
            return (-1, 0);
        }
        if ((frame[at] & 1) != 0)
        {
            return (frame[at], at + 1);
        }
        return frame.Length >= at + 2 ? ((frame[at] << 8) | frame[at + 1], at + 2) : (-1, 0);
    }

    /// <summary>Frames of network protocols (below 0x8000) may pass only once the call is connected.</summary>
    public static bool IsNetwork(int protocol) => protocol is >= 0 and < 0x8000;
}
