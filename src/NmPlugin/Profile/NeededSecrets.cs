using TunnelCore.Diagnostics;
using TunnelCore.Net;
using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>The one table of secrets: the service's NeedSecrets and the auth-dialog ask by it.</summary>
internal static class NeededSecrets
{
    /// <summary>NetworkManager's word for "ask for the secrets of the vpn setting".</summary>
    public const string Setting = "vpn";

    private static readonly NeededSecret s_password = new(
        "password", "Password", "password", d => d.Login == LoginMethod.Password, Cause.AuthenticationFailed, Cause.NoPassword);

    private static readonly NeededSecret s_otp = new(
        "otp", "One-time code", "otp-flags", d => d.Login == LoginMethod.Password && d.OtpFlags is not null, Cause.AuthenticationFailed);

    private static readonly string[] s_proxyKeys = ["proxy-server", "proxy-port", "proxy-user"];

    /// <summary>Secrets of SSTP profiles, in the order in which they are asked for.</summary>
    public static IReadOnlyList<NeededSecret> Sstp { get; } =
    [
        s_password,
        s_otp,
        new(
            "tls-user-key-secret",
            "Private key password",
            "connection-type",
            d => d is { Login: LoginMethod.Certificate, UserKey: KeyProtection.Encrypted },
            Cause.KeyPassphrase),
        new(
            "proxy-password",
            "Proxy password",
            "proxy-server",
            d => d.UsesProxy && d.ProxyUser is not null,
            Cause.ProxyCredentialsRefused,
            Cause.ProxyNoCredentials),
    ];

    /// <summary>Secrets of PPTP profiles.</summary>
    public static IReadOnlyList<NeededSecret> Pptp { get; } = [s_password, s_otp];

    public static IReadOnlyList<NeededSecret> Of(TunnelProtocol protocol) => protocol == TunnelProtocol.Pptp ? Pptp : Sstp;

    /// <summary>NeedSecrets: does the profile lack a secret that it cannot connect without?</summary>
    /// <returns>"vpn" when a secret is missing, "" when NetworkManager may go on to Connect.</returns>
    /// <exception cref="TunnelException">BadKey for an unknown connection-type.</exception>
    public static string Check(VpnService service, ConnectionSettings connection) =>
        Missing(service, connection).Length > 0 ? Setting : "";

    /// <returns>Their names, in the order of the table.</returns>
    /// <exception cref="TunnelException">As <see cref="Check"/>.</exception>
    public static string[] Missing(VpnService service, ConnectionSettings connection) =>
        [.. Used(service, connection).Where(secret => secret.IsMissing(connection)).Select(secret => secret.Name)];

    /// <summary>The rows that the profile uses, whether their values are known or not.</summary>
    /// <remarks>
    /// Only what decides about secrets is looked at: the rest is judged by Connect, whose error text says what is wrong, while an
    /// error here only shows as "no valid secrets". For the same reason nothing is asked for a login that Connect will refuse.
    /// </remarks>
    /// <exception cref="TunnelException">BadKey for an unknown connection-type.</exception>
    public static IEnumerable<NeededSecret> Used(VpnService service, ConnectionSettings connection)
    {
        ProfileDraft draft = Read(service.Keys, connection.Data);
        draft.UserKey = connection.UserKey;
        return service.Secrets.Where(secret => secret.IsUsed(draft));
    }

    private static ProfileDraft Read(ProfileKeyTable keys, IReadOnlyDictionary<string, string> data)
    {
        var draft = new ProfileDraft();
        Apply(draft, keys, "connection-type", data);
        Apply(draft, keys, "otp-flags", data);
        try
        {
            foreach (string key in s_proxyKeys)
            {
                Apply(draft, keys, key, data);
            }
        }
        catch (TunnelException)
        {
            // Connect says what is wrong with it.
            draft.ProxyServer = null;
        }
        return draft;
    }

    /// <summary>A key of the other protocol decides nothing here; Connect refuses it by name.</summary>
    private static void Apply(ProfileDraft draft, ProfileKeyTable keys, string key, IReadOnlyDictionary<string, string> data) =>
        keys.Find(key)?.Apply(draft, data.GetValueOrDefault(key, ""));
}
