namespace TunnelCore.Wire.Sstp;

/// <summary>Walks over the packets in received bytes, in place. A packet that is not whole stays in <see cref="Rest"/>.</summary>
internal ref struct SstpPacketCursor(ReadOnlySpan<byte> bytes)
{
    /// <summary>What has not been taken yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    /// <summary>
    /// Takes the next packet, header included. On <see cref="SstpFraming.BadVersion"/> and <see cref="SstpFraming.BadLength"/>
    /// nothing is taken and <see cref="Rest"/> begins with the offending header.
    /// </summary>
    public SstpFraming Next(out bool isControl, out ReadOnlySpan<byte> packet)
    {
        SstpFraming framing = SstpPacketHeader.Read(Rest, out SstpPacketHeader header);
        isControl = header.IsControl;
        if (framing != SstpFraming.Packet)
        {
            packet = default;
            return framing;
        }
        packet = Rest[..header.Length];
        Rest = Rest[header.Length..];
        return SstpFraming.Packet;
    }
}
