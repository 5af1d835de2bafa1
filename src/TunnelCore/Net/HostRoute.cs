using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>
/// A route to one address beside the tunnel, so that the tunnel's own packets do not go into the tunnel. It is a copy of the way that
/// the kernel uses when it is made, and is gone with <see cref="Remove"/>.
/// </summary>
public sealed class HostRoute
{
    private const byte MainTable = 254;
    private const byte Unicast = 1;
    private const byte ScopeUniverse = 0;
    private const byte ScopeLink = 253;

    /// <summary>Marks routes as ours (rtnetlink's protocol number; free for everybody above 4).</summary>
    private const byte OurProtocol = 77;

    private const int NoSuchRoute = Errno.ESRCH;
    private const int Exists = 17; // EEXIST

    private readonly byte[] _body;

    private HostRoute(byte[] body) => _body = body;

    /// <summary>Adds the route.</summary>
    /// <returns>Null when nothing was added: such a route is there already and somebody else's, or none is needed.</returns>
    /// <exception cref="TunnelException">RouteFailed with the reason.</exception>
    public static HostRoute? Add(IPAddress server)
    {
        ArgumentNullException.ThrowIfNull(server);
        try
        {
            using RouteSocket socket = new();
            (int errno, byte[] way) = socket.Ask(RouteMessage.GetRoute, 0, Question(server));
            if (errno != 0)
            {
                throw Failed("look up", server, errno);
            }

            if (way.Length < RouteMessage.RouteSize || way[7] != Unicast)
            {
                // An address of this machine: no tunnel gets in its way.
                return null;
            }

            byte[] body = Copy(server, way);
            errno = socket.Ask(
                RouteMessage.NewRoute, RouteMessage.FlagAcknowledge | RouteMessage.FlagCreate | RouteMessage.FlagExclusive, body).Errno;
            return errno switch
            {
                0 => new HostRoute(body),
                Exists => null,
                _ => throw Failed("add", server, errno),
            };
        }
        catch (SocketErrorException e)
        {
            throw new TunnelException(Cause.RouteFailed, e.Message, e);
        }
    }

    /// <summary>Removes the route, if it is still there.</summary>
    /// <returns>Null, or why it could not be removed.</returns>
    public string? Remove()
    {
        try
        {
            using RouteSocket socket = new();
            int errno = socket.Ask(RouteMessage.DeleteRoute, RouteMessage.FlagAcknowledge, _body).Errno;
            return errno is 0 or NoSuchRoute ? null : Marshal.GetPInvokeErrorMessage(errno);
        }
        catch (SocketErrorException e)
        {
            return e.Message;
        }
    }

    /// <summary>For <see cref="FromText"/> in another process: hexadecimal.</summary>
    public override string ToString() => Convert.ToHexString(_body);

    /// <summary>Null for a text that is no route of <see cref="ToString"/>.</summary>
    public static HostRoute? FromText(string text)
    {
        try
        {
            byte[] body = Convert.FromHexString(text);
            return body.Length > RouteMessage.RouteSize && body[5] == OurProtocol ? new HostRoute(body) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static byte[] Question(IPAddress server)
    {
        List<byte> body = [.. Route(server, 0, 0)];
        RouteMessage.AddAttribute(body, RouteMessage.AttributeDestination, server.GetAddressBytes());
        return [.. body];
    }

    private static byte[] Copy(IPAddress server, ReadOnlySpan<byte> way)
    {
        ReadOnlySpan<byte> gateway = RouteMessage.FindAttribute(way, RouteMessage.AttributeGateway);
        ReadOnlySpan<byte> device = RouteMessage.FindAttribute(way, RouteMessage.AttributeInterface);
        if (device.IsEmpty)
        {
            throw new TunnelException(Cause.RouteFailed, $"the kernel names no interface for {server}");
        }

        List<byte> body = [.. Route(server, OurProtocol, gateway.IsEmpty ? ScopeLink : ScopeUniverse)];
        RouteMessage.AddAttribute(body, RouteMessage.AttributeDestination, server.GetAddressBytes());
        if (!gateway.IsEmpty)
        {
            RouteMessage.AddAttribute(body, RouteMessage.AttributeGateway, gateway);
        }

        RouteMessage.AddAttribute(body, RouteMessage.AttributeInterface, device);
        ReadOnlySpan<byte> source = RouteMessage.FindAttribute(way, RouteMessage.AttributePreferredSource);
        if (!source.IsEmpty)
        {
            RouteMessage.AddAttribute(body, RouteMessage.AttributePreferredSource, source);
        }

        return [.. body];
    }

    private static byte[] Route(IPAddress server, byte protocol, byte scope)
    {
        bool isIp6 = server.AddressFamily == AddressFamily.InterNetworkV6;
        byte[] route = new byte[RouteMessage.RouteSize];
        route[0] = (byte)(isIp6 ? Libc.AF_INET6 : Libc.AF_INET);
        route[1] = (byte)(isIp6 ? 128 : 32);
        if (protocol != 0)
        {
            (route[4], route[5], route[6], route[7]) = (MainTable, protocol, scope, Unicast);
        }

        return route;
    }

    private static TunnelException Failed(string what, IPAddress server, int errno) =>
        new(Cause.RouteFailed, string.Create(CultureInfo.InvariantCulture, $"cannot {what} the route to {server}: {Marshal.GetPInvokeErrorMessage(errno)}"));
}
