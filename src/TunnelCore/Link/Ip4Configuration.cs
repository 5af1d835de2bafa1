using System.Net;

namespace TunnelCore.Link;

/// <summary>What IPCP agreed on (RFC 1332, RFC 1877). Zero addresses have been left out.</summary>
/// <param name="Address">Our address in the tunnel.</param>
/// <param name="Peer">The server's address in the tunnel; null when it gave none.</param>
/// <param name="Dns">Name servers in the server's order, without duplicates.</param>
/// <param name="Wins">NetBIOS name servers.</param>
public sealed record Ip4Configuration(IPAddress Address, IPAddress? Peer, IReadOnlyList<IPAddress> Dns, IReadOnlyList<IPAddress> Wins);
