using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TunnelCore.Diagnostics;

namespace TunnelCore.Session;

/// <summary>Asks the kernel which way it would take, without sending anything.</summary>
internal static class RouteProbe
{
    /// <summary>Throws TunnelException(TcpUnreachable) when there is no way.</summary>
    public static string Describe(IPAddress target, int port)
    {
        try
        {
            // Connecting a datagram socket only looks the route up.
            using Socket socket = new(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(target, port);
            IPAddress own = ((IPEndPoint)socket.LocalEndPoint!).Address;
            return $"{target} is reached from {own} through {InterfaceOf(own)}";
        }
        catch (SocketException e)
        {
            throw new TunnelException(Cause.TcpUnreachable, $"{target}: {PrintableText.From(e.Message)}", e);
        }
    }

    private static string InterfaceOf(IPAddress own) => NetworkInterface.GetAllNetworkInterfaces()
        .FirstOrDefault(one => one.GetIPProperties().UnicastAddresses.Any(address => address.Address.Equals(own)))?.Name ?? "an interface that is not known";
}
