using TunnelCore.Wire.Http;

namespace TunnelCore.Tests.Wire;

public sealed class HttpChallengeTests
{
    [Theory]
    [InlineData("Basic realm=\"a\"", "Basic[realm=a]")]
    [InlineData("basic", "basic[]")]
    [InlineData("Negotiate, NTLM, Basic realm=\"x, y=z\"", "Negotiate[] NTLM[] Basic[realm=x, y=z]")]
    [InlineData("NTLM TlRMTVNTUAACAAAA==, Basic realm=x", "NTLM[] Basic[realm=x]")]
    [InlineData("Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"", "Newauth[realm=apps|type=1|title=Login to \"apps\"] Basic[realm=simple]")]
    [InlineData(" , ,Digest  nonce = \"n\" ,, qop=auth", "Digest[nonce=n|qop=auth]")]
    [InlineData("Digest realm=\"open", "Digest[]")]
    [InlineData("Digest realm=\"a\", nonce=\"open, Basic realm=b", "Digest[realm=a]")]
    [InlineData("", "")]
    [InlineData("=", "")]
    [InlineData("\"quoted\"", "")]
    [InlineData("Basic realm=\"a\\", "Basic[]")]
    public void ReadsLists(string value, string wanted) => Assert.Equal(wanted, Show(HttpChallengeReader.Read([value])));

    [Fact]
    public void SeveralHeadersAreOneList() =>
        Assert.Equal("NTLM[] Basic[realm=b]", Show(HttpChallengeReader.Read(["NTLM", "Basic realm=b"])));

    [Fact]
    public void WorkIsBounded()
    {
        Assert.Equal(HttpChallengeReader.MaxChallenges, HttpChallengeReader.Read([string.Join(",", Enumerable.Repeat("a", 8000))]).Count);
        HttpChallenge one = HttpChallengeReader.Read(["Digest " + string.Join(",", Enumerable.Repeat("a=b", 4000))])[0];
        Assert.Equal(HttpChallengeReader.MaxParameters, one.Parameters.Count);
    }

    /// <summary>Whatever the bytes, reading ends and gives no more than the limits.</summary>
    [Fact]
    public void Garbage_EndsWithinTheLimits()
    {
        Random random = new(20261121);
        const string Alphabet = "aB9=,\" \\\t;/~\u00ff";
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            IReadOnlyList<HttpChallenge> found = HttpChallengeReader.Read([text]);
            Assert.InRange(found.Count, 0, HttpChallengeReader.MaxChallenges);
            Assert.All(found, challenge => Assert.NotEmpty(challenge.Scheme));
        }
    }

    private static string Show(IEnumerable<HttpChallenge> challenges) => string.Join(
        ' ', challenges.Select(challenge => $"{challenge.Scheme}[{string.Join('|', challenge.Parameters.Select(p => $"{p.Key}={p.Value}"))}]"));
}
