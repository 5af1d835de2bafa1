using System.Net;
using System.Net.Sockets;

namespace TunnelCore.Net;

/// <summary>A server as the user typed it: name or address literal, and port.</summary>
/// <param name="Host">Name (international ones as A-labels), IPv4 or IPv6 literal without brackets.</param>
/// <param name="Port">1..65535.</param>
public sealed partial record ServerEndpoint(string Host, int Port)
{
    /// <summary>The literal, or null when <see cref="Host"/> is a name.</summary>
    public IPAddress? Literal => HostName.ParseLiteral(Host);

    /// <summary>Host as it stands in an HTTP header: IPv6 in brackets, no port.</summary>
    public string HostHeader => Literal is { AddressFamily: AddressFamily.InterNetworkV6 } ? $"[{Host}]" : Host;

    public override string ToString() => $"{HostHeader}:{Port}";
}
