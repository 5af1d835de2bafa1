namespace TunnelCore.Wire.Ppp;

/// <summary>PPP protocol numbers (RFC 1661 2, IANA "PPP DLL Protocol Numbers"). Other values keep their number.</summary>
internal enum PppProtocol : ushort
{
    Ip = 0x0021,
    VjCompressed = 0x002D,
    VjUncompressed = 0x002F,
    Ipv6 = 0x0057,
    Compressed = 0x00FD,
    Ipcp = 0x8021,
    Ipv6cp = 0x8057,
    Ccp = 0x80FD,
    Lcp = 0xC021,
    Pap = 0xC023,
    Lqr = 0xC025,
    Chap = 0xC223,
    Eap = 0xC227,
}
