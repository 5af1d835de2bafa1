using System.Net.Sockets;
using System.Text;

namespace TestServers.Proxy;

/// <summary>The head of one request that a proxy read.</summary>
/// <param name="Number">1 for the proxy's first connection.</param>
/// <param name="Text">Its bytes as Latin-1, the empty line included.</param>
internal sealed record ProxyRequest(int Number, string Text)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>host:port of the request line.</summary>
    public string Authority => Text.Split("\r\n")[0].Split(' ') is ["CONNECT", var authority, "HTTP/1.1"] ? authority : "";

    public string? Header(string name) => Text.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 2)..]).SingleOrDefault();

    /// <summary>Null when the client closed before the end of the head.</summary>
    public static async Task<ProxyRequest?> ReadAsync(NetworkStream stream, int number, CancellationToken cancel)
    {
        List<byte> head = [];
        byte[] one = new byte[1];
        while (head.Count < MaxBytes)
        {
            if (await stream.ReadAsync(one, cancel).ConfigureAwait(false) == 0)
            {
                return null;
            }
            head.Add(one[0]);
            if (head is [.., (byte)'\r', (byte)'\n', (byte)'\r', (byte)'\n'])
            {
                return new ProxyRequest(number, Encoding.Latin1.GetString([.. head]));
            }
        }
        return null;
    }
}
