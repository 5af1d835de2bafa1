using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;

namespace NmPlugin.Profile;

/// <summary>Makes the login with a certificate from a profile's tls-* keys.</summary>
internal static class CertificateLogins
{
    private static readonly KeyType<string> s_verifyMethod = KeyTypes.Choice(("none", "none"), ("subject", "subject"), ("name", "name"), ("suffix", "suffix"));

    private static readonly KeyType<string> s_version = KeyTypes.Choice(("1.0", "1.0"), ("1.1", "1.1"), ("1.2", "1.2"), ("1.3", "1.3"));

    /// <param name="draft">With the keys.</param>
    /// <param name="fileUser">Whose rights to files count; null = the service's.</param>
    /// <exception cref="TunnelException">BadKey or MissingKey, naming the key.</exception>
    public static CertificateLogin Make(ProfileDraft draft, string? fileUser)
    {
        SecretFlags flags = SecretFlagsParser.Parse(draft.CertificateKeys.GetValueOrDefault("tls-user-key-secret-flags"));
        string? passphrase = Read(draft, "tls-user-key-secret", KeyTypes.LongSecret, secret: true);
        return new CertificateLogin
        {
            // They are written with escapes, as paths are.
            Identity = Read(draft, "tls-identity", KeyTypes.FilePath) ?? Read(draft, "tls-subject-name", KeyTypes.FilePath),
            CertificateFile = Read(draft, "tls-user-cert", KeyTypes.FilePath) ?? throw new TunnelException(Cause.MissingKey, "'tls-user-cert' in vpn.data"),
            KeyFile = Read(draft, "tls-user-key", KeyTypes.FilePath),
            Passphrase = passphrase is not null ? new Secret(passphrase) : flags.HasFlag(SecretFlags.NotRequired) ? new Secret("") : null,
            CaFile = Read(draft, "tls-ca-cert", KeyTypes.FilePath),
            CrlFile = draft.CrlFile,
            FileUser = fileUser,
            MaxTlsVersion = Read(draft, "tls-max-version", s_version),
            VerifyMethod = Read(draft, "tls-verify-method", s_verifyMethod),
            RemoteName = Read(draft, "tls-remotename", KeyTypes.Name),
            VerifyKeyUsage = draft.CertificateKeys.TryGetValue("tls-verify-key-usage", out string? usage) && usage.Length > 0
                && Parse("tls-verify-key-usage", usage, KeyTypes.YesNo),
        };
    }

    /// <summary>Looks at the private key that a profile names; null when it has none that can be read. Reads a file.</summary>
    /// <param name="connection">vpn.data.</param>
    /// <param name="user">Whose rights count; null = this process's.</param>
    /// <param name="limit">How long the file may take; null = as any other.</param>
    public static KeyProtection? Inspect(ConnectionSettings connection, string? user, TimeSpan? limit = null)
    {
        if (KeyFile(connection) is not { } path)
        {
            return null;
        }
        try
        {
            return PrivateKeyFile.Inspect(path, user, limit);
        }
        catch (TunnelException)
        {
            // Connect says what is wrong with it.
            return null;
        }
    }

    /// <summary>The file that <see cref="Inspect"/> would read; null = none.</summary>
    public static string? KeyFile(ConnectionSettings connection)
    {
        string key = connection.Data.GetValueOrDefault("tls-user-key", "");
        string text = key.Length > 0 ? key : connection.Data.GetValueOrDefault("tls-user-cert", "");
        return connection.Data.GetValueOrDefault("connection-type") == "tls" && text.Length > 0 && KeyTypes.FilePath.Parse(text, out string path) is null
            ? path
            : null;
    }

    private static string? Read(ProfileDraft draft, string key, KeyType<string> type, bool secret = false) =>
        draft.CertificateKeys.TryGetValue(key, out string? text) && text.Length > 0 ? Parse(key, text, type, secret) : null;

    private static T Parse<T>(string key, string text, KeyType<T> type, bool secret = false) => type.Parse(text, out T value) is { } complaint
        ? throw new TunnelException(Cause.BadKey, $"'{key}'{(secret ? "" : " " + Printable.Quote(text))} {complaint}")
        : value;
}
