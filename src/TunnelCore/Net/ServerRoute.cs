namespace TunnelCore.Net;

/// <summary>The way that packets to the server would take now.</summary>
/// <param name="Interface">Index of the interface; 0 = there is no way.</param>
/// <param name="Words">Its name, or why there is none.</param>
/// <param name="Mtu">Longest IP packet that travels whole, in bytes, as far as this machine knows; 0 = not known.</param>
internal readonly record struct ServerRoute(int Interface, string Words, int Mtu);
