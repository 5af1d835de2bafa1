using System.Net;
using TestServers.Pptp;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCore.Tests.Transport;

/// <summary>Opens the client's sockets inside a namespace; they are the real ones.</summary>
internal sealed class NamespaceConnector(NetworkNamespace inside) : IPptpConnector
{
    public Task<(SocketStream Control, GreSocket Gre)> ConnectAsync(
        ServerEndpoint server, Func<IPAddress, ushort> chooseCallId, CancellationToken cancellation) =>
        Task.FromResult(inside.Run(() =>
        {
            IPAddress address = server.Literal!;
            SocketStream control = new TcpDialer(TunnelTimeouts.Default).ConnectAsync([address], server.Port, cancellation).GetAwaiter().GetResult();
            return (control, GreSocket.Open(address, chooseCallId(control.LocalAddress)));
        }));

    public RouteWatch? WatchRoute(SocketStream control) => inside.Run(() => RouteWatch.Open(control.Handle, control.RemoteEndPoint.Address));
}
