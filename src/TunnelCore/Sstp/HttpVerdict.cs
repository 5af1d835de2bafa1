using System.Globalization;
using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Wire.Http;

namespace TunnelCore.Sstp;

/// <summary>What an HTTP reply means for an SSTP client.</summary>
internal static class HttpVerdict
{
    private static readonly (int From, int To, Cause Cause)[] s_causes =
    [
        (300, 399, Cause.HttpRedirect),
        (401, 401, Cause.HttpAuthentication),
        (403, 403, Cause.HttpAuthentication),
        (407, 407, Cause.HttpAuthentication),
        (404, 404, Cause.HttpNotFound),
        (500, 503, Cause.HttpUnavailable),
    ];

    private const int QuoteLimit = 80;

    /// <summary>Null when the stream is SSTP from here on.</summary>
    public static Failure? Judge(HttpReply reply)
    {
        if (reply.Status == 200)
        {
            return null;
        }
        string detail = string.Create(CultureInfo.InvariantCulture, $"HTTP status {reply.Status}");
        if (reply.Reason.Length > 0)
        {
            detail += $" {Quote(reply.Reason)}";
        }
        if (reply.Find("Location") is { } location)
        {
            detail += $", Location: {Quote(location)}";
        }
        foreach ((int from, int to, Cause cause) in s_causes)
        {
            if (reply.Status >= from && reply.Status <= to)
            {
                return new Failure(cause, detail);
            }
        }
        return new Failure(Cause.HttpStatus, detail);
    }

    /// <summary>What the parser makes of an answer that it gave up on.</summary>
    /// <param name="result">Any result but NeedMore and Complete.</param>
    /// <param name="head">The first bytes of the answer.</param>
    public static Failure Reject(HttpParse result, ReadOnlySpan<byte> head) => result switch
    {
        HttpParse.TooLarge => new(Cause.HttpTooLarge, $"more than {HttpReplyParser.MaxBytes / 1024} KiB before the end of the header"),
        HttpParse.TooManyHeaders => new(Cause.HttpTooLarge, $"more than {HttpReplyParser.MaxHeaders} header lines"),
        _ => new(Cause.HttpGarbage, Quote(head)),
    };

    /// <summary>A remark for the log about a Content-Length other than SSTP's, or null.</summary>
    public static string? OddContentLength(HttpReply reply) => reply.Find("Content-Length") switch
    {
        null => "none",
        { } text when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong length)
            && length == SstpHttpRequest.ContentLength => null,
        { } text => Quote(text),
    };

    /// <summary>The server's bytes in double quotes, printable, at most 80 characters.</summary>
    public static string Quote(ReadOnlySpan<byte> bytes) => $"\"{PrintableText.FromBytes(bytes, QuoteLimit - 2)}\"";

    private static string Quote(string latin1) => Quote(Encoding.Latin1.GetBytes(latin1));
}
