namespace TunnelCore.Net;

/// <summary>What a private key's file needs before it can be used.</summary>
public enum KeyProtection
{
    /// <summary>There is no private key in it.</summary>
    NoKey,

    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>A password. PKCS#12 always counts as such: it has one, if only an empty one.</summary>
    Encrypted,
}
