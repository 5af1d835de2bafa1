using System.Text;

namespace TunnelCore.Wire.Http;

/// <summary>
/// Reads the head of an HTTP reply from pieces of any size, bounded in bytes and headers. Takes exactly the head: what follows in
/// the same piece belongs to the next protocol. Lines may end in CRLF or LF.
/// </summary>
internal sealed class HttpReplyParser
{
    public const int MaxBytes = 16 * 1024;
    public const int MaxHeaders = 100;

    private readonly byte[] _head = new byte[MaxBytes];
    private int _length;
    private int _lineStart;
    private int _lines;
    private HttpParse _result = HttpParse.NeedMore;

    /// <summary>What has been taken so far, for texts about an answer that is not HTTP.</summary>
    public ReadOnlySpan<byte> Head => _head.AsSpan(0, _length);

    /// <summary>The reply; only after <see cref="HttpParse.Complete"/>.</summary>
    public HttpReply? Reply { get; private set; }

    /// <summary>Takes the next bytes up to the end of the head. After a result other than NeedMore it stays that result.</summary>
    public HttpParse Feed(ReadOnlySpan<byte> bytes, out int consumed)
    {
        consumed = 0;
        while (_result == HttpParse.NeedMore && consumed < bytes.Length)
        {
            if (_length == MaxBytes)
            {
                _result = HttpParse.TooLarge;
                break;
            }
            byte next = bytes[consumed++];
            _head[_length++] = next;
            if (_length <= StatusLineStart.Length && next != StatusLineStart[_length - 1])
            {
                _result = HttpParse.Garbage;
            }
            else if (next == (byte)'\n')
            {
                EndLine();
            }
        }
        return _result;
    }

    private static ReadOnlySpan<byte> StatusLineStart => "HTTP/1."u8;

    private void EndLine()
    {
        ReadOnlySpan<byte> line = Line(_lineStart, _length - 1);
        _lineStart = _length;
        if (line.IsEmpty)
        {
            _result = TryParseHead(out HttpReply? reply) ? HttpParse.Complete : HttpParse.Garbage;
            Reply = reply;
        }
        else if (_lines++ == 0)
        {
            _result = TryParseStatusLine(line, out _, out _) ? HttpParse.NeedMore : HttpParse.Garbage;
        }
        else if (_lines - 1 > MaxHeaders)
        {
            _result = HttpParse.TooManyHeaders;
        }
    }

    private ReadOnlySpan<byte> Line(int start, int end) => _head.AsSpan(start, end - start).TrimEnd((byte)'\r');

    private bool TryParseHead(out HttpReply? reply)
    {
        reply = null;
        int status = 0;
        string reason = "";
        List<KeyValuePair<string, string>> headers = [];
        int start = 0;
        for (int i = 0; i < _lines; i++)
        {
            int end = start + _head.AsSpan(start).IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = Line(start, end);
            start = end + 1;
            if (i == 0)
            {
                if (!TryParseStatusLine(line, out status, out reason))
                {
                    return false;
                }
            }
            else if (line.IndexOf((byte)':') is int colon and > 0)
            {
                // A line without a name tells us nothing we need; proxies and old servers do send such lines.
                headers.Add(new(Text(line[..colon]), Text(line[(colon + 1)..])));
            }
        }
        reply = new HttpReply(status, reason, headers);
        return _lines > 0;
    }

    /// <summary>"HTTP/1." digit SP 3 digits, then the end or SP and the reason.</summary>
    private static bool TryParseStatusLine(ReadOnlySpan<byte> line, out int status, out string reason)
    {
        const int StatusOffset = 9;
        const int StatusEnd = StatusOffset + 3;
        status = 0;
        reason = "";
        if (line.Length < StatusEnd || !line.StartsWith(StatusLineStart) || !char.IsAsciiDigit((char)line[7]) || line[8] != (byte)' ')
        {
            return false;
        }
        foreach (byte digit in line[StatusOffset..StatusEnd])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }
            status = (status * 10) + (digit - '0');
        }
        if (status < 100 || (line.Length > StatusEnd && line[StatusEnd] != (byte)' '))
        {
            return false;
        }
        reason = Text(line[StatusEnd..]);
        return true;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes).Trim(' ', '\t');
}
