using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>
/// One entry of a server address: <c>transport:key=value,key=value</c>, values with %XX escapes. <c>unix</c> (path or abstract) and
/// <c>tcp</c> (host, port) can be connected to.
/// </summary>
internal sealed class BusAddress
{
    private BusAddress(EndPoint? endPoint, string? guid)
    {
        EndPoint = endPoint;
        Guid = guid;
    }

    /// <summary>Null for a transport that this library does not speak.</summary>
    public EndPoint? EndPoint { get; }

    /// <summary>What the server must call itself, 32 hex digits; null if the address does not say.</summary>
    public string? Guid { get; }

    public Socket CreateSocket() => EndPoint is UnixDomainSocketEndPoint
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(SocketType.Stream, ProtocolType.Tcp);

    /// <exception cref="ArgumentException">The entry is malformed.</exception>
    public static BusAddress Parse(string entry)
    {
        int colon = entry.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0)
        {
            throw new ArgumentException($"'{entry}' is no D-Bus address.");
        }

        var keys = new Dictionary<string, string>();
        foreach (string pair in entry[(colon + 1)..].Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !keys.TryAdd(pair[..equals], Unescape(pair[(equals + 1)..])))
            {
                throw new ArgumentException($"'{entry}' is no D-Bus address.");
            }
        }

        string? guid = keys.GetValueOrDefault("guid");
        if (guid is not null && (guid.Length != 32 || !guid.All(char.IsAsciiHexDigit)))
        {
            throw new ArgumentException($"The guid of '{entry}' is not 32 hex digits.");
        }

        return new BusAddress(ToEndPoint(entry, entry[..colon], keys), guid);
    }

    private static EndPoint? ToEndPoint(string entry, string transport, Dictionary<string, string> keys)
    {
        switch (transport)
        {
            case "unix":
                string? path = keys.GetValueOrDefault("path");
                string? name = keys.GetValueOrDefault("abstract");
                return (path, name) switch
                {
                    ({ Length: > 0 }, null) => new UnixDomainSocketEndPoint(path),
                    (null, { Length: > 0 }) => new UnixDomainSocketEndPoint("\0" + name),
                    _ => throw new ArgumentException($"'{entry}' needs either path or abstract."),
                };
            case "tcp":
                return keys.TryGetValue("host", out string? host)
                    && keys.TryGetValue("port", out string? text)
                    && ushort.TryParse(text, out ushort port)
                        ? new DnsEndPoint(host, port)
                        : throw new ArgumentException($"'{entry}' needs host and port.");
            default:
                return null;
        }
    }

    private static string Unescape(string value)
    {
        byte[] escaped = Encoding.UTF8.GetBytes(value);
        var bytes = new List<byte>();
        for (int i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] != '%')
            {
                bytes.Add(escaped[i]);
                continue;
            }

            if (i + 2 >= escaped.Length || !char.IsAsciiHexDigit((char)escaped[i + 1]) || !char.IsAsciiHexDigit((char)escaped[i + 2]))
            {
                throw new ArgumentException($"'{value}' holds a bad %-escape.");
            }

            bytes.AddRange(Convert.FromHexString(Encoding.ASCII.GetString(escaped, i + 1, 2)));
            i += 2;
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
