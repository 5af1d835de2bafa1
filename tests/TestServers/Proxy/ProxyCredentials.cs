using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace TestServers.Proxy;

/// <summary>Checks a Proxy-Authorization header, with code of its own.</summary>
internal static partial class ProxyCredentials
{
    public const string Realm = "test \"realm\"";

    public static string Challenge(WantedLogin login, string nonce, bool stale) => login switch
    {
        WantedLogin.Basic => "Basic realm=\"test\"",
        WantedLogin.DigestOld => $"Digest realm=\"test \\\"realm\\\"\", nonce=\"{nonce}\"{Stale(stale)}",
        _ => $"Digest realm=\"test \\\"realm\\\"\", qop=\"auth-int,auth\", nonce=\"{nonce}\", opaque=\"o=p,q\", algorithm={Algorithm(login)}{Stale(stale)}",
    };

    /// <summary>Is this header the right answer for one of the users?</summary>
    public static bool Accepts(WantedLogin login, string? header, string authority, string nonce, IReadOnlyDictionary<string, string> users)
    {
        if (header is null)
        {
            return login == WantedLogin.None;
        }
        string scheme = header.Split(' ')[0];
        string rest = header[(scheme.Length + 1)..];
        return (login, scheme) switch
        {
            (WantedLogin.Basic, "Basic") => users.Any(user => rest == Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.Key}:{user.Value}"))),
            (WantedLogin.Basic or WantedLogin.None, _) => false,
            (_, "Digest") => AcceptsDigest(login, rest, authority, nonce, users),
            _ => false,
        };
    }

    private static bool AcceptsDigest(WantedLogin login, string rest, string authority, string nonce, IReadOnlyDictionary<string, string> users)
    {
        Dictionary<string, string> fields = Field().Matches(rest).ToDictionary(
            m => m.Groups[1].Value,
            m => m.Groups[2].Success ? m.Groups[2].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : m.Groups[3].Value);
        string user = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(fields["username"]));
        if (!users.TryGetValue(user, out string? password) || fields["uri"] != authority || fields["nonce"] != nonce || fields["realm"] != Realm)
        {
            return false;
        }
        string a1 = Hash(login, $"{user}:{Realm}:{password}");
        string a2 = Hash(login, $"CONNECT:{authority}");
        string wanted = login == WantedLogin.DigestOld
            ? Hash(login, $"{a1}:{nonce}:{a2}")
            : Hash(login, $"{a1}:{nonce}:{fields["nc"]}:{fields["cnonce"]}:auth:{a2}");
        bool extras = login == WantedLogin.DigestOld || (fields["opaque"] == "o=p,q" && fields["algorithm"] == Algorithm(login) && fields["qop"] == "auth");
        return extras && fields["response"] == wanted;
    }

    private static string Algorithm(WantedLogin login) => login == WantedLogin.DigestSha256 ? "SHA-256" : "MD5";

    private static string Stale(bool stale) => stale ? ", stale=true" : "";

    private static string Hash(WantedLogin login, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
#pragma warning disable CA5351 // MD5 is what old proxies speak.
        return Convert.ToHexString(login == WantedLogin.DigestSha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes)).ToLowerInvariant();
#pragma warning restore CA5351
    }

    [GeneratedRegex("(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,]+))")]
    private static partial Regex Field();
}
