using System.Security.Cryptography.X509Certificates;

namespace TunnelCore.Net;

/// <summary>A chain from the server's certificate (first) upwards.</summary>
/// <param name="Links">Up to the trusted certificate, or as far as it goes.</param>
/// <param name="Anchored">The last link is trusted.</param>
/// <param name="Whole">What the verifier says about the chain as a whole, when it was looked at as a whole.</param>
internal sealed record ChainReport(IReadOnlyList<ChainLink> Links, bool Anchored, X509ChainStatusFlags Whole = X509ChainStatusFlags.NoError)
{
    /// <summary>The system's authorities would vouch for it, but do not count.</summary>
    public bool IsTrustedElsewhere { get; init; }
}
