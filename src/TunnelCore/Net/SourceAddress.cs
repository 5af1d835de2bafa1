using System.Net;
using System.Net.Sockets;

namespace TunnelCore.Net;

/// <summary>The address of this machine that packets to a server come from.</summary>
internal static class SourceAddress
{
    /// <summary>What the routing table says now; null = there is no way to the server.</summary>
    public static IPAddress? Toward(IPAddress server)
    {
        try
        {
            // Connecting a datagram socket only looks up the route; nothing is sent.
            using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(server, 9);
            return (socket.LocalEndPoint as IPEndPoint)?.Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Some interface still has it. True when that cannot be told.</summary>
    public static bool Exists(IPAddress address)
    {
        try
        {
            using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.AddressNotAvailable;
        }
    }
}
