using System.Security.Cryptography.X509Certificates;

namespace TunnelCore.Net;

/// <summary>One certificate of a chain with what the verifier found wrong about it.</summary>
internal sealed record ChainLink(X509Certificate2 Certificate, X509ChainStatusFlags Status);
