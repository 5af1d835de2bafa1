using System.Security.Cryptography;
using System.Text;

namespace TestServers.Crypto;

/// <summary>The keys that an MS-CHAPv2 exchange leaves behind (RFC 2759 8.3, RFC 3079 3.3 and 3.4), as the client sees them.</summary>
internal static class MsChapV2Keys
{
    /// <summary>MD4 of the password in UTF-16LE: 16 bytes.</summary>
    public static byte[] NtHash(string password) => Md4.Hash(Encoding.Unicode.GetBytes(password));

    /// <summary>MasterKey: 16 bytes from the NT hash and the 24-byte NT-Response.</summary>
    public static byte[] MasterKey(ReadOnlySpan<byte> ntHash, ReadOnlySpan<byte> ntResponse) =>
        SHA1.HashData([.. Md4.Hash(ntHash), .. ntResponse, .. "This is the MPPE Master Key"u8])[..16];

    public static byte[] ClientSendKey(ReadOnlySpan<byte> masterKey) =>
        StartKey(masterKey, "On the client side, this is the send key; on the server side, it is the receive key."u8);

    public static byte[] ClientReceiveKey(ReadOnlySpan<byte> masterKey) =>
        StartKey(masterKey, "On the client side, this is the receive key; on the server side, it is the send key."u8);

    /// <summary>The 32-byte higher-layer authentication key of [MS-SSTP] 3.2.5.2: client send key, then client receive key.</summary>
    public static byte[] Hlak(string password, ReadOnlySpan<byte> ntResponse)
    {
        byte[] master = MasterKey(NtHash(password), ntResponse);
        return [.. ClientSendKey(master), .. ClientReceiveKey(master)];
    }

    private static byte[] StartKey(ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> magic)
    {
        Span<byte> pad1 = stackalloc byte[40], pad2 = stackalloc byte[40];
        pad1.Clear();
        pad2.Fill(0xf2);
        return SHA1.HashData([.. masterKey, .. pad1, .. magic, .. pad2])[..16];
    }
}
