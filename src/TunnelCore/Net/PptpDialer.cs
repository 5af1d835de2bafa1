using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>Finds a PPTP server and connects to it: TCP for control, and the GRE socket before the first message leaves.</summary>
internal sealed class PptpDialer(TunnelTimeouts timeouts, ILogger log, NameLookup lookup, SocketBinding? binding = null) : IPptpConnector
{
    public async Task<(SocketStream Control, GreSocket Gre)> ConnectAsync(
        ServerEndpoint server, Func<IPAddress, ushort> chooseCallId, CancellationToken cancellation)
    {
        IPAddress[] all = server.Literal is { } literal
            ? [literal]
            : await lookup.ResolveAsync(server.Host, timeouts.NameLookup, cancellation).ConfigureAwait(false);
        IPAddress[] addresses = [.. all.Where(address => address.AddressFamily == AddressFamily.InterNetwork)];
        if (addresses.Length == 0)
        {
            throw new TunnelException(Cause.NameNotFound, $"{server.Host}: only IPv6, and there is no PPTP over IPv6; no IPv4 address");
        }

        SocketStream control = await new TcpDialer(timeouts, binding).ConnectAsync(addresses, server.Port, cancellation).ConfigureAwait(false);
        NetLog.Connected(log, control.RemoteEndPoint);
        try
        {
            return (control, GreSocket.Open(control.RemoteEndPoint.Address, chooseCallId(control.LocalAddress), binding));
        }
        catch
        {
            await control.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public RouteWatch? WatchRoute(SocketStream control) => RouteWatch.Open(control.Handle, control.RemoteEndPoint.Address);
}
