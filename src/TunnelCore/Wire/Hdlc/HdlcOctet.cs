namespace TunnelCore.Wire.Hdlc;

/// <summary>Octets with a meaning in async HDLC framing (RFC 1662 section 4).</summary>
internal static class HdlcOctet
{
    public const byte Flag = 0x7E;
    public const byte Escape = 0x7D;

    /// <summary>An escaped octet is sent with this bit flipped.</summary>
    public const byte Flip = 0x20;

    /// <summary>Below it are the control characters, which a map may want escaped.</summary>
    public const byte FirstPlain = 0x20;
}
