using System.Net;

namespace TunnelCore.Net;

/// <summary>Connects to a PPTP server; the edge that tests replace.</summary>
internal interface IPptpConnector
{
    /// <summary>
    /// Name lookup, TCP over all IPv4 addresses, GRE socket to the one that answered. Throws
    /// <see cref="Diagnostics.TunnelException"/> with the cause, or <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <param name="server">Name or IPv4 literal, and port.</param>
    /// <param name="chooseCallId">Our call ID, asked for once our own address is known; the GRE socket takes that call's packets.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<(SocketStream Control, GreSocket Gre)> ConnectAsync(
        ServerEndpoint server, Func<IPAddress, ushort> chooseCallId, CancellationToken cancellation);

    /// <summary>Watches the route that the connection takes; null where that is not possible.</summary>
    RouteWatch? WatchRoute(SocketStream control);
}
