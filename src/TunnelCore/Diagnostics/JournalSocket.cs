using System.Net.Sockets;
using System.Text;

namespace TunnelCore.Diagnostics;

/// <summary>systemd's journal, spoken to directly (its native protocol: one datagram of FIELD=value lines for each entry).</summary>
public sealed class JournalSocket : IDisposable
{
    public const string DefaultPath = "/run/systemd/journal/socket";

    private readonly Socket _socket;

    private JournalSocket(Socket socket) => _socket = socket;

    /// <summary>Null where there is no journal.</summary>
    public static JournalSocket? TryOpen(string path = DefaultPath)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return new JournalSocket(socket);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            socket?.Dispose();
            return null;
        }
    }

    /// <returns>False when the journal did not take it: gone, or too busy.</returns>
    /// <param name="fields">Names in capitals; values on one line.</param>
    public bool Write(params ReadOnlySpan<(string Name, string Value)> fields)
    {
        StringBuilder entry = new();
        foreach ((string name, string value) in fields)
        {
            entry.Append(name).Append('=').Append(value.ReplaceLineEndings(" ")).Append('\n');
        }

        try
        {
            byte[] bytes = Encoding.UTF8.GetBytes(entry.ToString());
            return _socket.Send(bytes) == bytes.Length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
