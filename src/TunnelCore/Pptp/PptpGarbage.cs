using TunnelCore.Wire.Pptp;

namespace TunnelCore.Pptp;

/// <summary>Says what it is that a server sends instead of PPTP.</summary>
internal static class PptpGarbage
{
    private static readonly (byte[] Start, string Words)[] s_known =
    [
        ("HTTP"u8.ToArray(), "a web server answers"),
        ("SSH-"u8.ToArray(), "an SSH server answers"),
        ("220"u8.ToArray(), "a mail or file server answers"),
        ([0x15, 0x03], "a TLS server answers"),
        ([0x16, 0x03], "a TLS server answers"),
    ];

    public static string Describe(PptpFraming framing, ReadOnlySpan<byte> bytes)
    {
        foreach ((byte[] start, string words) in s_known)
        {
            if (bytes.StartsWith(start))
            {
                return $"not a PPTP server: {words}";
            }
        }

        string what = framing == PptpFraming.NotPptp ? "not a PPTP message" : "a message of impossible length";
        return $"{what}, starts with {Convert.ToHexString(bytes[..Math.Min(bytes.Length, PptpHeader.Size)])}";
    }
}
