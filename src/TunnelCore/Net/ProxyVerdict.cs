using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Wire.Http;

namespace TunnelCore.Net;

/// <summary>A proxy's answers in words.</summary>
internal static class ProxyVerdict
{
    private const int QuoteLimit = 80;

    /// <summary>Headers in which proxies say more than in the status (RFC 9209, Squid).</summary>
    private static readonly string[] s_tellingHeaders = ["Proxy-Status", "X-Squid-Error"];

    private static readonly (int Status, string Words)[] s_words =
    [
        (403, "its rules forbid it"),
        (404, "it does not know the server, or is no proxy"),
        (405, "it does no CONNECT: a web server, not a proxy?"),
        (429, "too many requests"),
        (500, "it has an error of its own"),
        (501, "it does no CONNECT"),
        (502, "it could not reach the server"),
        (503, "it could not reach the server, or is busy"),
        (504, "the server did not answer it"),
    ];

    /// <summary>For a status that is neither 2xx nor 407.</summary>
    public static Failure Refused(ServerEndpoint proxy, ServerEndpoint server, HttpReply reply)
    {
        StringBuilder text = new($"{proxy} for {server}: HTTP status {reply.Status}");
        if (reply.Reason.Length > 0)
        {
            text.Append(' ').Append(Quote(reply.Reason));
        }
        if (Array.Find(s_words, row => row.Status == reply.Status).Words is { } words)
        {
            text.Append(", ").Append(words);
        }
        foreach (string name in s_tellingHeaders)
        {
            if (reply.Find(name) is { Length: > 0 } said)
            {
                text.Append($", {name} {Quote(said)}");
            }
        }
        return new Failure(Cause.ProxyRefused, text.ToString());
    }

    /// <summary>What the parser gave up on.</summary>
    public static Failure Rejected(ServerEndpoint proxy, HttpParse result, ReadOnlySpan<byte> head) => new(Cause.ProxyGarbage, result switch
    {
        HttpParse.TooLarge => $"{proxy}: more than {HttpReplyParser.MaxBytes / 1024} KiB before the end of the header",
        HttpParse.TooManyHeaders => $"{proxy}: more than {HttpReplyParser.MaxHeaders} header lines",
        _ => $"{proxy}: it said {Quote(head)}, which is not HTTP",
    });

    /// <summary>Why the proxy itself was not reached.</summary>
    public static Failure Unreachable(ServerEndpoint proxy, Failure dial) => new(Cause.ProxyUnreachable, dial.Cause switch
    {
        Cause.TcpRefused => $"{proxy} at {dial.Detail}: connection refused",
        Cause.TcpTimeout => $"{proxy} at {dial.Detail}: timed out",
        Cause.NameNotFound or Cause.NameLookupTimeout => dial.Detail,
        _ => $"{proxy}: {dial.Detail}",
    });

    /// <summary>Bytes from outside in double quotes, printable.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes) => $"\"{PrintableText.FromBytes(bytes, QuoteLimit - 2)}\"";

    private static string Quote(string latin1) => Quote(Encoding.Latin1.GetBytes(latin1));
}
