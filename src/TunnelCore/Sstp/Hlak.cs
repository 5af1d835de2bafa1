using TunnelCore.Link;

namespace TunnelCore.Sstp;

/// <summary>The higher-layer authentication key of the crypto binding (MS-SSTP 3.2.5.2): always 32 bytes.</summary>
internal static class Hlak
{
    public const int Size = 32;

    private const int Half = Size / 2;

    /// <summary>
    /// Both keys of 32 bytes or more (EAP-TLS): the send key's first 32 bytes. Otherwise (MS-CHAPv2; some engines deliver 20 bytes)
    /// 16 bytes of the send key and 16 of the receive key, zero-padded. No keys (PAP, CHAP-MD5): zeros.
    /// </summary>
    public static void Derive(PppKeys keys, Span<byte> hlak)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(hlak.Length, Size);
        hlak.Clear();
        if (keys.Send.Length >= Size && keys.Receive.Length >= Size)
        {
            keys.Send[..Size].CopyTo(hlak);
            return;
        }
        First16(keys.Send).CopyTo(hlak);
        First16(keys.Receive).CopyTo(hlak[Half..]);
    }

    private static ReadOnlySpan<byte> First16(ReadOnlySpan<byte> key) => key[..Math.Min(key.Length, Half)];
}
