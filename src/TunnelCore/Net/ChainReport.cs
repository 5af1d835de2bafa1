namespace TunnelCore.Net;

/// <summary>A chain from the server's certificate (first) upwards.</summary>
/// <param name="Links">Up to the trusted certificate, or as far as it goes.</param>
/// <param name="Anchored">The last link is trusted.</param>
internal sealed record ChainReport(IReadOnlyList<ChainLink> Links, bool Anchored);
