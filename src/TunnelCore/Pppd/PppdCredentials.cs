using System.Security.Cryptography;
using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>What pppd is told when it asks for the secret.</summary>
internal static class PppdCredentials
{
    /// <summary>user, or DOMAIN\user; "" when the profile names nobody.</summary>
    public static string NameOf(PppOptions options)
    {
        string user = options.User ?? "";
        return string.IsNullOrEmpty(options.Domain) ? user : $"{options.Domain}\\{user}";
    }

    /// <summary>
    /// Writes the Secret message; returns its length, or the reason why there is none. pppd makes UTF-16 of MS-CHAP passwords by
    /// widening each byte, so these go as Latin-1; every other method takes the bytes as they are: UTF-8.
    /// </summary>
    public static Failure? Write(PppOptions options, CallbackAuthMethod method, Span<byte> packet, out int length)
    {
        length = 0;
        if (options.Password is null)
        {
            return new Failure(Cause.NoPassword);
        }

        byte[] user = Encoding.UTF8.GetBytes(NameOf(options));
        scoped ReadOnlySpan<byte> password = options.Password.Utf8;
        // Longest that is accepted as UTF-8; Latin-1 is never longer.
        Span<byte> latin = stackalloc byte[2 * (CallbackCodec.MaxText + 1)];
        if (password.Length <= latin.Length && IsWidened(method))
        {
            if (!TryLatin1(password, latin, out int latinLength))
            {
                CryptographicOperations.ZeroMemory(latin);
                return new Failure(
                    Cause.NotSupported, "a password with characters outside Latin-1: pppd cannot use it for MS-CHAP, the built-in PPP engine can");
            }

            password = latin[..latinLength];
        }

        if (password.Length > CallbackCodec.MaxText || user.Length > CallbackCodec.MaxText || password.Contains((byte)0))
        {
            CryptographicOperations.ZeroMemory(latin);
            return new Failure(
                Cause.NotSupported, $"user name or password longer than the {CallbackCodec.MaxText} bytes that pppd can hold, or with a null character");
        }

        length = CallbackCodec.WriteSecret(user, password, packet);
        CryptographicOperations.ZeroMemory(latin);
        return null;
    }

    private static bool IsWidened(CallbackAuthMethod method) =>
        method is CallbackAuthMethod.MsChap or CallbackAuthMethod.MsChapV2 or CallbackAuthMethod.Eap;

    private static bool TryLatin1(ReadOnlySpan<byte> utf8, Span<byte> latin, out int length)
    {
        length = 0;
        while (!utf8.IsEmpty)
        {
            Rune.DecodeFromUtf8(utf8, out Rune rune, out int consumed);
            if (rune.Value > 0xFF)
            {
                return false;
            }

            latin[length++] = (byte)rune.Value;
            utf8 = utf8[consumed..];
        }

        return true;
    }
}
