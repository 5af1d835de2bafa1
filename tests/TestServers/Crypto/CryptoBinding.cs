using System.Security.Cryptography;

namespace TestServers.Crypto;

/// <summary>
/// The crypto binding of Call Connected ([MS-SSTP] 2.2.7): offsets are those in the 112-byte message,
/// 15 hash bit, 16 nonce, 48 certificate hash, 80 compound MAC.
/// </summary>
internal static class CryptoBinding
{
    public const int MessageSize = 112;
    public const byte Sha1Bit = 1;
    public const byte Sha256Bit = 2;
    private const int HashBitOffset = 15;
    private const int NonceOffset = 16;
    private const int CertificateHashOffset = 48;
    private const int MacOffset = 80;

    /// <summary>Certificate hash as it stands in the message: 32 bytes, SHA-1 padded with zeros.</summary>
    public static byte[] CertificateHash(byte hashBit, ReadOnlySpan<byte> certificateDer) =>
        Pad(hashBit == Sha256Bit ? SHA256.HashData(certificateDer) : SHA1.HashData(certificateDer));

    /// <summary>CMK: 20 bytes (SHA-1) or 32 bytes (SHA-256).</summary>
    public static byte[] CompoundMacKey(byte hashBit, ReadOnlySpan<byte> hlak)
    {
        byte length = (byte)(hashBit == Sha256Bit ? SHA256.HashSizeInBytes : SHA1.HashSizeInBytes);
        return Hmac(hashBit, hlak, [.. "SSTP inner method derived CMK"u8, length, 0, 1]);
    }

    /// <summary>Compound MAC of a message, its MAC field taken as zero: 32 bytes, SHA-1 padded with zeros.</summary>
    public static byte[] CompoundMac(byte hashBit, ReadOnlySpan<byte> hlak, ReadOnlySpan<byte> message)
    {
        byte[] zeroed = message[..MessageSize].ToArray();
        zeroed.AsSpan(MacOffset).Clear();
        return Pad(Hmac(hashBit, CompoundMacKey(hashBit, hlak), zeroed));
    }

    /// <summary>What is wrong with a Call Connected message, or null.</summary>
    public static string? Check(ReadOnlySpan<byte> message, byte offeredMask, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> certificateDer, ReadOnlySpan<byte> hlak)
    {
        if (message.Length != MessageSize || message[4] != 0 || message[5] != 4 || message[6] != 0 || message[7] != 1 || message[9] != 3 || message[10] != 0 || message[11] != 104)
        {
            return "malformed";
        }
        byte bit = message[HashBitOffset];
        if ((bit != Sha1Bit && bit != Sha256Bit) || (bit & offeredMask) == 0)
        {
            return $"hash bit {bit:x2} was not offered ({offeredMask:x2})";
        }
        if (!message.Slice(NonceOffset, 32).SequenceEqual(nonce))
        {
            return "nonce differs";
        }
        if (!message.Slice(CertificateHashOffset, 32).SequenceEqual(CertificateHash(bit, certificateDer)))
        {
            return "certificate hash differs";
        }
        return message.Slice(MacOffset, 32).SequenceEqual(CompoundMac(bit, hlak, message)) ? null : "compound MAC differs";
    }

    private static byte[] Hmac(byte hashBit, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
        hashBit == Sha256Bit ? HMACSHA256.HashData(key, data) : HMACSHA1.HashData(key, data);

    private static byte[] Pad(byte[] hash) => hash.Length == 32 ? hash : [.. hash, .. new byte[32 - hash.Length]];
}
