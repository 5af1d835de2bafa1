namespace NmPlugin.Profile;

/// <summary>Versions of TLS, the oldest first.</summary>
internal enum TlsVersion
{
    Tls10,
    Tls11,
    Tls12,
    Tls13,
}
