using System.Security.Cryptography;

namespace TunnelCore.Net;

/// <summary>The encryption of "RSA PRIVATE KEY" files of old: DEK-Info names cipher and IV, the key is MD5 over password and IV.</summary>
/// <remarks>D(1) = MD5(password || salt), D(n) = MD5(D(n-1) || password || salt), salt = the first 8 bytes of the IV; key = D(1) || D(2)...</remarks>
internal static class LegacyKeyCipher
{
    private const int SaltBytes = 8;

    private static readonly (string Name, Func<SymmetricAlgorithm> Make, int KeyBytes)[] s_ciphers =
    [
#pragma warning disable CA5350, CA5351 // The files are what they are; they are only read.
        ("AES-128-CBC", Aes.Create, 16), ("AES-192-CBC", Aes.Create, 24), ("AES-256-CBC", Aes.Create, 32),
        ("DES-EDE3-CBC", TripleDES.Create, 24), ("DES-CBC", DES.Create, 8),
#pragma warning restore CA5350, CA5351
    ];

    public static bool Applies(PemBlock block) => block.Headers.TryGetValue("Proc-Type", out string? type) && type.EndsWith("ENCRYPTED", StringComparison.Ordinal);

    /// <summary>Throws CryptographicException for a cipher that is not known, or a wrong password (most of the time).</summary>
    public static byte[] Decrypt(PemBlock block, ReadOnlySpan<byte> password)
    {
        string[] info = block.Headers.GetValueOrDefault("DEK-Info", "").Split(',');
        (_, Func<SymmetricAlgorithm>? make, int keyBytes) = Array.Find(s_ciphers, row => info[0].Equals(row.Name, StringComparison.OrdinalIgnoreCase));
        if (make is null || info.Length != 2 || info[1].Length % 2 != 0 || !info[1].All(char.IsAsciiHexDigit))
        {
            throw new CryptographicException($"its encryption \"{Diagnostics.PrintableText.From(info[0], 40)}\" is not known");
        }
        byte[] iv = Convert.FromHexString(info[1]);
        using SymmetricAlgorithm cipher = make();
        if (iv.Length != cipher.BlockSize / 8)
        {
            throw new CryptographicException("its initialization vector has the wrong length");
        }
        byte[] key = MakeKey(password, iv.AsSpan(0, SaltBytes), keyBytes);
        cipher.Key = key;
        CryptographicOperations.ZeroMemory(key);
        return cipher.DecryptCbc(block.Body, iv);
    }

    private static byte[] MakeKey(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int length)
    {
        byte[] key = new byte[length];
        byte[] digest = [];
        for (int at = 0; at < length; at += digest.Length)
        {
            byte[] input = [.. digest, .. password, .. salt];
#pragma warning disable CA5351
            digest = MD5.HashData(input);
#pragma warning restore CA5351
            CryptographicOperations.ZeroMemory(input);
            digest.AsSpan(0, Math.Min(digest.Length, length - at)).CopyTo(key.AsSpan(at));
        }
        return key;
    }
}
