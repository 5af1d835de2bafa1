using System.Security.Cryptography;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Sstp;

/// <summary>
/// Call Connected's proof that the PPP client and the TLS client are the same machine (MS-SSTP 3.2.5.2.2..4).
/// CMK = HMAC-H(HLAK, seed || LEN as u16 little-endian || 01); MAC = HMAC-H(CMK, the 112-byte message with its MAC zero).
/// </summary>
internal static class CryptoBinding
{
    /// <summary>Longest hash, cert hash and MAC: 32 bytes; SHA1 fills 20.</summary>
    public const int FieldSize = 32;

    private static ReadOnlySpan<byte> Seed => "SSTP inner method derived CMK"u8;

    /// <summary>The strongest hash of the server's bitmask, or None when there is none in common.</summary>
    public static SstpHashProtocols Choose(SstpHashProtocols offered) =>
        (offered & SstpHashProtocols.Sha256) != 0 ? SstpHashProtocols.Sha256 : offered & SstpHashProtocols.Sha1;

    /// <summary>20 or 32.</summary>
    public static int HashLength(SstpHashProtocols hash) => hash switch
    {
        SstpHashProtocols.Sha1 => SHA1.HashSizeInBytes,
        SstpHashProtocols.Sha256 => SHA256.HashSizeInBytes,
        _ => throw new ArgumentOutOfRangeException(nameof(hash)),
    };

    /// <summary>The complete Call Connected message.</summary>
    /// <param name="hash">One bit, from <see cref="Choose"/>.</param>
    /// <param name="nonce">32 bytes of the Call Connect Ack.</param>
    /// <param name="certificate">DER of the server's leaf certificate as this client saw it.</param>
    /// <param name="hlak">32 bytes, see <see cref="Hlak"/>.</param>
    public static ControlMessage CallConnected(
        SstpHashProtocols hash, ReadOnlyMemory<byte> nonce, ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> hlak)
    {
        byte[] certHash = new byte[FieldSize];
        Digest(hash, certificate, certHash);
        CryptoBindingAttribute unsealed = new(hash, nonce, certHash, new byte[FieldSize]);
        byte[] mac = new byte[FieldSize];
        Mac(hash, hlak, ControlMessage.CallConnected(unsealed).ToArray(), mac);
        return ControlMessage.CallConnected(unsealed with { CompoundMac = mac });
    }

    /// <summary>Compound MAC over a Call Connected message whose MAC field is zero; the first 20 or 32 bytes of <paramref name="mac"/>.</summary>
    public static void Mac(SstpHashProtocols hash, ReadOnlySpan<byte> hlak, ReadOnlySpan<byte> message, Span<byte> mac)
    {
        Span<byte> cmk = stackalloc byte[HashLength(hash)];
        Cmk(hash, hlak, cmk);
        Hmac(hash, cmk, message, mac);
        CryptographicOperations.ZeroMemory(cmk);
    }

    /// <summary>Compound MAC key, 20 or 32 bytes.</summary>
    public static void Cmk(SstpHashProtocols hash, ReadOnlySpan<byte> hlak, Span<byte> cmk)
    {
        Span<byte> data = stackalloc byte[Seed.Length + 3];
        Seed.CopyTo(data);
        data[^3] = (byte)HashLength(hash);
        data[^2] = 0;
        data[^1] = 1;
        Hmac(hash, hlak, data, cmk);
    }

    // SHA1 is what the protocol prescribes for servers that know no other; it is not our choice of hash.
#pragma warning disable CA5350
    private static void Digest(SstpHashProtocols hash, ReadOnlySpan<byte> data, Span<byte> digest)
    {
        if (hash == SstpHashProtocols.Sha1)
        {
            SHA1.HashData(data, digest);
            return;
        }
        SHA256.HashData(data, digest);
    }

    private static void Hmac(SstpHashProtocols hash, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, Span<byte> mac)
    {
        if (hash == SstpHashProtocols.Sha1)
        {
            HMACSHA1.HashData(key, data, mac);
            return;
        }
        HMACSHA256.HashData(key, data, mac);
    }
#pragma warning restore CA5350
}
