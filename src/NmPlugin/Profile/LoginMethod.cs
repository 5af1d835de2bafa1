namespace NmPlugin.Profile;

/// <summary>connection-type.</summary>
internal enum LoginMethod
{
    /// <summary>User name and password; also when the key is absent, as KDE and older profiles have it.</summary>
    Password,

    /// <summary>Client certificate by EAP-TLS.</summary>
    Certificate,
}
