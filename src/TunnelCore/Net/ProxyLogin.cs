using System.Security.Cryptography;
using TunnelCore.Diagnostics;
using TunnelCore.Wire.Http;

namespace TunnelCore.Net;

/// <summary>Answers a proxy's 407: the strongest login that both sides can, once; a second time only for a nonce that has expired.</summary>
internal sealed class ProxyLogin(ProxyOptions proxy)
{
    private const int NonceBytes = 16;
    private const int MaxNamed = 120;

    private bool _answered;
    private bool _renewed;

    /// <summary>Scheme of the last answer, for the log.</summary>
    public string Scheme { get; private set; } = "";

    /// <summary>Value of Proxy-Authorization for the next request; the caller wipes it. Throws TunnelException when there is none.</summary>
    public byte[] Answer(HttpReply reply, string authority)
    {
        IReadOnlyList<HttpChallenge> challenges = HttpChallengeReader.Read(reply.FindAll("Proxy-Authenticate"));
        DigestLogin? digest = challenges.Select(DigestLogin.From).OfType<DigestLogin>().MinBy(login => login.Rank);
        if (_answered && (_renewed || digest is not { Stale: true }))
        {
            throw new TunnelException(Cause.ProxyCredentialsRefused, $"{proxy.Server}, user \"{PrintableText.From(proxy.User)}\", login {Scheme}");
        }
        HttpChallenge? basic = challenges.FirstOrDefault(challenge => challenge.Is(BasicLogin.Scheme));
        if (digest is null && basic is null)
        {
            throw new TunnelException(Cause.ProxyLoginMethod, $"{proxy.Server} offers {Offers(challenges)}");
        }
        if (proxy is not { User: { Length: > 0 } user, Password: { } password })
        {
            throw new TunnelException(Cause.ProxyNoCredentials, $"{proxy.Server} offers {Offers(challenges)}");
        }
        (_renewed, _answered) = (_answered, true);
        if (digest is not null)
        {
            Scheme = DigestLogin.Scheme;
            return digest.Answer(user, password.Utf8, ConnectRequest.Method, authority, RandomNumberGenerator.GetHexString(2 * NonceBytes, lowercase: true));
        }
        Scheme = BasicLogin.Scheme;
        return BasicLogin.CanCarry(user)
            ? BasicLogin.Answer(user, password.Utf8)
            : throw new TunnelException(Cause.ProxyLoginMethod, $"{proxy.Server} offers Basic, which cannot carry a user name with a colon");
    }

    private static string Offers(IReadOnlyList<HttpChallenge> challenges) => challenges.Count == 0
        ? "no method at all"
        : PrintableText.From(string.Join(", ", challenges.Select(challenge => challenge.Scheme + Algorithm(challenge))), MaxNamed);

    private static string Algorithm(HttpChallenge challenge) =>
        challenge.Is(DigestLogin.Scheme) && challenge.Find("algorithm") is { } name ? $" ({name})" : "";
}
