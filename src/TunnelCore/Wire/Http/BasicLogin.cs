using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TunnelCore.Wire.Http;

/// <summary>HTTP's Basic scheme (RFC 7617): base64 of user:password in UTF-8, on one line whatever its length.</summary>
internal static class BasicLogin
{
    public const string Scheme = "Basic";

    /// <summary>The first colon ends the user name, so it must not have one.</summary>
    public static bool CanCarry(string user) => !user.Contains(':', StringComparison.Ordinal);

    /// <summary>Value of the Authorization header; the caller wipes it.</summary>
    public static byte[] Answer(string user, ReadOnlySpan<byte> password)
    {
        byte[] plain = [.. Encoding.UTF8.GetBytes(user), (byte)':', .. password];
        ReadOnlySpan<byte> prefix = "Basic "u8;
        byte[] value = new byte[prefix.Length + Base64.GetMaxEncodedToUtf8Length(plain.Length)];
        prefix.CopyTo(value);
        _ = Base64.EncodeToUtf8(plain, value.AsSpan(prefix.Length), out _, out _);
        CryptographicOperations.ZeroMemory(plain);
        return value;
    }
}
