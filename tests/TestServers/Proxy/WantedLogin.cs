namespace TestServers.Proxy;

/// <summary>Which login a <see cref="HttpProxy"/> wants.</summary>
internal enum WantedLogin
{
    None,
    Basic,
    DigestMd5,
    DigestSha256,

    /// <summary>Digest as RFC 2069 had it: no qop, no algorithm.</summary>
    DigestOld,
}
