using System.Text;

namespace TestServers.Sstp;

/// <summary>The one HTTP request that opens an SSTP connection.</summary>
internal sealed record HttpHead(string Method, string Target, string Version, IReadOnlyDictionary<string, string> Headers)
{
    public const string SstpMethod = "SSTP_DUPLEX_POST";
    public const string SstpTarget = "/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/";
    public const string ContentLength = "18446744073709551615";
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n";

    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    /// <summary>Length of the head with its empty line, or -1 when it is not complete.</summary>
    public static int Find(ReadOnlySpan<byte> bytes)
    {
        int at = bytes.IndexOf("\r\n\r\n"u8);
        return at < 0 ? -1 : at + 4;
    }

    public static HttpHead Parse(ReadOnlySpan<byte> head)
    {
        string[] lines = Encoding.Latin1.GetString(head).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        string[] first = (lines.Length > 0 ? lines[0] : "").Split(' ');
        Dictionary<string, string> headers = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers[line[..colon].Trim()] = line[(colon + 1)..].Trim();
            }
        }
        return new HttpHead(first[0], first.ElementAtOrDefault(1) ?? "", first.ElementAtOrDefault(2) ?? "", headers);
    }

    /// <summary>The status line of a refusal, or null when this is a request for an SSTP connection to <paramref name="hostName"/>.</summary>
    public string? Refusal(string? hostName)
    {
        if (Method != SstpMethod)
        {
            return "405 Method Not Allowed";
        }
        if (Version != "HTTP/1.1" || Header("Content-Length") != ContentLength)
        {
            return "400 Bad Request";
        }
        string host = Header("Host");
        bool hostFits = hostName == null || host.Equals(hostName, StringComparison.OrdinalIgnoreCase) || host.StartsWith(hostName + ":", StringComparison.OrdinalIgnoreCase);
        return Target.Equals(SstpTarget, StringComparison.OrdinalIgnoreCase) && hostFits ? null : "404 Not Found";
    }
}
