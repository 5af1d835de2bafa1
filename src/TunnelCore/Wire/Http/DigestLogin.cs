using System.Security.Cryptography;
using System.Text;

namespace TunnelCore.Wire.Http;

/// <summary>HTTP's Digest scheme (RFC 7616): proves the password without sending it.</summary>
/// <remarks>
/// <code>
/// A1       = user ":" realm ":" password            with -sess: H(A1) ":" nonce ":" cnonce
/// A2       = method ":" uri
/// response = H( H(A1) ":" nonce ":" nc ":" cnonce ":" qop ":" H(A2) )     qop=auth
///          = H( H(A1) ":" nonce ":" H(A2) )                               without qop (RFC 2069)
/// </code>
/// </remarks>
internal sealed class DigestLogin
{
    public const string Scheme = "Digest";

    /// <summary>The stronger ones first.</summary>
    private static readonly (string Name, HashAlgorithmName Hash, bool Session)[] s_algorithms =
    [
        ("SHA-256", HashAlgorithmName.SHA256, false),
        ("SHA-256-sess", HashAlgorithmName.SHA256, true),
        ("MD5", HashAlgorithmName.MD5, false),
        ("MD5-sess", HashAlgorithmName.MD5, true),
    ];

    private readonly string _realm;
    private readonly string _nonce;
    private readonly string? _opaque;
    private readonly string? _algorithm;
    private readonly HashAlgorithmName _hash;
    private readonly bool _session;
    private readonly bool _auth;
    private readonly bool _hashUser;

    private DigestLogin(HttpChallenge challenge, string realm, string nonce, int algorithm, bool auth)
    {
        (_realm, _nonce, _opaque, _auth) = (realm, nonce, challenge.Find("opaque"), auth);
        // Named in the answer only when the challenge names it: old proxies know no such parameter.
        _algorithm = challenge.Find("algorithm") is null ? null : s_algorithms[algorithm].Name;
        (_, _hash, _session) = s_algorithms[algorithm];
        _hashUser = IsTrue(challenge.Find("userhash"));
        Rank = algorithm;
        Stale = IsTrue(challenge.Find("stale"));
    }

    /// <summary>0 = the strongest.</summary>
    public int Rank { get; }

    /// <summary>The answer before was right, but for a nonce that has expired.</summary>
    public bool Stale { get; }

    /// <summary>Null when the challenge is not complete, or wants what is not known here (another algorithm, auth-int alone).</summary>
    public static DigestLogin? From(HttpChallenge challenge)
    {
        string name = challenge.Find("algorithm") ?? "MD5";
        int algorithm = Array.FindIndex(s_algorithms, row => row.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        string? qop = challenge.Find("qop");
        bool auth = qop is not null && qop.Split(',').Any(word => word.Trim().Equals("auth", StringComparison.OrdinalIgnoreCase));
        // Its words go back to it in a header: none may end the line.
        bool printable = challenge.Parameters.All(parameter => !parameter.Value.Any(char.IsControl));
        return challenge.Is(Scheme) && printable && algorithm >= 0 && (qop is null || auth)
            && challenge.Find("realm") is { } realm && challenge.Find("nonce") is { } nonce
            ? new DigestLogin(challenge, realm, nonce, algorithm, auth)
            : null;
    }

    /// <summary>Value of the Authorization header for one request.</summary>
    /// <param name="user">User name.</param>
    /// <param name="password">UTF-8.</param>
    /// <param name="method">Of the request.</param>
    /// <param name="uri">As in the request line.</param>
    /// <param name="cnonce">Fresh random text, visible ASCII without quotes.</param>
    public byte[] Answer(string user, ReadOnlySpan<byte> password, string method, string uri, string cnonce)
    {
        byte[] userBytes = Encoding.UTF8.GetBytes(user);
        byte[] realm = Encoding.Latin1.GetBytes(_realm);
        byte[] secret = [.. userBytes, (byte)':', .. realm, (byte)':', .. password];
        string a1 = Hash(secret);
        CryptographicOperations.ZeroMemory(secret);
        if (_session)
        {
            a1 = Hash($"{a1}:{_nonce}:{cnonce}");
        }
        string a2 = Hash($"{method}:{uri}");
        string response = Hash(_auth ? $"{a1}:{_nonce}:00000001:{cnonce}:auth:{a2}" : $"{a1}:{_nonce}:{a2}");
        byte[] name = _hashUser ? Encoding.ASCII.GetBytes(Hash([.. userBytes, (byte)':', .. realm])) : userBytes;
        return
        [
            .. "Digest username="u8, .. Quote(name), .. ", realm="u8, .. Quote(realm),
            .. Encoding.Latin1.GetBytes($", nonce={Quote(_nonce)}, uri={Quote(uri)}, response=\"{response}\"{Optional(cnonce)}"),
        ];
    }

    private string Optional(string cnonce)
    {
        StringBuilder text = new();
        text.Append(_algorithm is null ? "" : $", algorithm={_algorithm}");
        text.Append(_auth ? $", qop=auth, nc=00000001, cnonce={Quote(cnonce)}" : _session ? $", cnonce={Quote(cnonce)}" : "");
        text.Append(_opaque is null ? "" : $", opaque={Quote(_opaque)}");
        return text.Append(_hashUser ? ", userhash=true" : "").ToString();
    }

    private string Hash(string latin1) => Hash(Encoding.Latin1.GetBytes(latin1));

    private string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(CryptographicOperations.HashData(_hash, bytes));

    private static bool IsTrue(string? text) => string.Equals(text, "true", StringComparison.OrdinalIgnoreCase);

    private static string Quote(string text) => Encoding.Latin1.GetString(Quote(Encoding.Latin1.GetBytes(text)));

    private static byte[] Quote(ReadOnlySpan<byte> text)
    {
        List<byte> quoted = [(byte)'"'];
        foreach (byte b in text)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                quoted.Add((byte)'\\');
            }
            quoted.Add(b);
        }
        quoted.Add((byte)'"');
        return [.. quoted];
    }
}
