using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>Makes a tunnel's description from a connection, by the table of keys. No I/O, no clock.</summary>
internal static class ProfileReader
{
    /// <summary>NetworkManager's own connect timeout when vpn.timeout is 0.</summary>
    public static TimeSpan DefaultConnectTimeout { get; } = TimeSpan.FromSeconds(60);

    /// <summary>Seconds; timers cannot count for ever.</summary>
    private const uint MaxTimeout = 86400;

    private const int MaxUnknownNamed = 20;

    /// <exception cref="TunnelException">BadKey, BadSettings, UnknownKey, MissingKey, NotSupported or NoPassword, naming the key.</exception>
    public static VpnProfile Read(ConnectionSettings connection, ServiceIdentity service)
    {
        var warnings = new List<string>();
        ProfileDraft draft = ReadKeys(connection, service.Service, warnings);
        bool withPassword = draft.Login == LoginMethod.Password;
        string? user = draft.User ?? OrNull(connection.UserName);
        if (withPassword)
        {
            CheckName(user ?? throw new TunnelException(Cause.MissingKey, "'user', the VPN user name (vpn.user-name is empty too)"), draft.Domain);
        }
        Secret? password = withPassword ? Password(draft) : null;
        Warn(draft, warnings);
        TunnelProtocol protocol = service.Service.Protocol;
        TimeSpan timeout = connection.Timeout == 0 ? DefaultConnectTimeout : TimeSpan.FromSeconds(Math.Min(connection.Timeout, MaxTimeout));
        var options = new TunnelOptions
        {
            Protocol = protocol,
            Server = draft.Server!,
            Proxy = Proxy(draft),
            Tls = Tls(draft, connection),
            Ppp = Ppp(draft, user, password, connection, service, protocol),
            CorrelationId = Guid.TryParse(connection.Uuid, out Guid uuid) ? uuid : null,
            Timeouts = Timeouts(timeout),
            Pptp = new PptpOptions { DataPath = draft.DataPath, Timeouts = PptpTimeouts(timeout) },
        };
        return new VpnProfile(options, timeout, Reconnect(draft, connection), warnings);
    }

    /// <summary>Reads all keys and refuses what is unknown, missing or not possible yet.</summary>
    private static ProfileDraft ReadKeys(ConnectionSettings connection, VpnService service, List<string> warnings)
    {
        ProfileKeyTable keys = service.Keys;
        var draft = new ProfileDraft();
        connection.Settings.Apply(draft, service, connection.Uuid);
        Apply(keys.Find("unknown-keys")!, KeyPlace.Data, connection.Data, draft);
        JudgeUnknown(connection.Data, keys, KeyPlace.Data, "vpn.data", draft.AllowUnknownKeys ? warnings : null);
        JudgeUnknown(connection.Secrets, keys, KeyPlace.Secrets, "vpn.secrets", draft.AllowUnknownKeys ? warnings : null);
        foreach (ProfileKey key in keys.Rows)
        {
            bool found = Apply(key, KeyPlace.Secrets, connection.Secrets, draft);
            if (Apply(key, KeyPlace.Data, connection.Data, draft))
            {
                found = true;
                if (key.Place == KeyPlace.Both && !key.Ignored)
                {
                    warnings.Add($"'{key.Name}' stands in vpn.data, where every local user can read it; it belongs into vpn.secrets");
                }
            }
            if (key.Required && !found)
            {
                throw new TunnelException(Cause.MissingKey, $"'{key.Name}' in vpn.data");
            }
        }
        foreach (ProfileKey key in keys.Rows)
        {
            if (key.NotYet is { } feature && feature.Asked(draft))
            {
                throw new TunnelException(Cause.NotSupported, $"{feature.What} ('{key.Name}')");
            }
        }
        return draft;
    }

    /// <returns>The key is there and not empty.</returns>
    private static bool Apply(ProfileKey key, KeyPlace place, IReadOnlyDictionary<string, string> map, ProfileDraft draft)
    {
        if (!key.Place.HasFlag(place) || !map.TryGetValue(key.Name, out string? text))
        {
            return false;
        }
        key.Apply(draft, text);
        return text.Length > 0;
    }

    /// <summary>A mistyped key must not connect as if it were not there: require-mpe would go out in clear.</summary>
    /// <param name="map">Keys and values.</param>
    /// <param name="keys">What is known.</param>
    /// <param name="place">Where the map stands.</param>
    /// <param name="placeName">Its name.</param>
    /// <param name="warnings">Takes the complaint; null = it is thrown.</param>
    private static void JudgeUnknown(
        IReadOnlyDictionary<string, string> map, ProfileKeyTable keys, KeyPlace place, string placeName, List<string>? warnings)
    {
        IEnumerable<string> unknown = map.Keys.Where(name => keys.Find(name) is not { } key || !key.Place.HasFlag(place)).Order(StringComparer.Ordinal);
        foreach (string name in unknown.Take(MaxUnknownNamed))
        {
            string hint = keys.Find(name) is { } elsewhere
                ? $"it belongs into {(elsewhere.Place == KeyPlace.Data ? "vpn.data" : "vpn.secrets")}"
                : NearestKey.Find(name, keys.Rows.Where(key => key.Place.HasFlag(place)).Select(key => key.Name)) is { } nearest
                    ? $"did you mean '{nearest}'?"
                    : "there is nothing like it";
            string complaint = $"{Printable.Quote(name)} in {placeName} ({hint})";
            if (warnings is null)
            {
                throw new TunnelException(Cause.UnknownKey, complaint);
            }
            warnings.Add($"an unknown setting is passed over, as unknown-keys=warn says: {complaint}");
        }
    }

    /// <summary>What goes to the server as password: with a one-time code it is the code behind the password, as RADIUS servers expect it.</summary>
    private static Secret? Password(ProfileDraft draft)
    {
        if (draft.Password is null && !draft.PasswordFlags.HasFlag(SecretFlags.NotRequired))
        {
            throw new TunnelException(Cause.NoPassword);
        }
        if (draft.OtpFlags is not { } flags)
        {
            return draft.Password is null ? null : new Secret(draft.Password);
        }
        if (draft.Otp is null && !flags.HasFlag(SecretFlags.NotRequired))
        {
            throw new TunnelException(Cause.NoPassword, "one-time code");
        }
        string both = draft.Password + draft.Otp;
        return KeyTypes.Password.Parse(both, out _) is { } complaint
            ? throw new TunnelException(Cause.BadKey, $"'password' and 'otp' together: it {complaint}")
            : both.Length == 0 ? null : new Secret(both);
    }

    /// <summary>A one-time code has been used up by then; NetworkManager can start such a connection anew, and have it asked for.</summary>
    private static TimeSpan? Reconnect(ProfileDraft draft, ConnectionSettings connection) =>
        connection.Persistent && draft.ReconnectTimeout > 0 && draft.OtpFlags is null ? TimeSpan.FromSeconds(draft.ReconnectTimeout) : null;

    private static void CheckName(string user, string? domain)
    {
        string login = domain is null ? user : $"{domain}\\{user}";
        if (KeyTypes.Name.Parse(login, out _) is { } complaint)
        {
            throw new TunnelException(Cause.BadKey, $"'user' {Printable.Quote(login)} {complaint}");
        }
    }

    private static void Warn(ProfileDraft draft, List<string> warnings)
    {
        if (draft.IgnoreCertificateErrors && draft.ServerPins.Count == 0)
        {
            warnings.Add("the server's certificate is not checked, because the profile has ignore-cert-warn=yes");
        }
        if (draft.ProxyServer is not null && !draft.UsesProxy)
        {
            warnings.Add("'proxy-server' is not used, because 'proxy-port' is missing or 0");
        }
    }

    /// <exception cref="TunnelException">BadKey when no TLS version is left.</exception>
    private static TlsOptions Tls(ProfileDraft draft, ConnectionSettings connection) => new()
    {
        ExpectedName = draft.ServerName,
        CaFile = draft.CaFile,
        // As ever: with a certificate login it is about the EAP server's certificate.
        CrlFile = draft.Login == LoginMethod.Password ? draft.CrlFile : null,
        FileUser = FileUser(draft, connection),
        IgnoreCertificateErrors = draft.IgnoreCertificateErrors,
        Pins = draft.ServerPins,
        Protocols = TlsVersions.Range(draft.ServerTlsMin, draft.ServerTlsMax) ?? throw NoVersionLeft(),
    };

    private static TunnelException NoVersionLeft() => new(Cause.BadKey, "'server-tls-min' is above 'server-tls-max'");

    /// <summary>A connection of one user's reads files with that user's rights: root would read what the user may not.</summary>
    /// <exception cref="TunnelException">NotSupported when the connection is several users' and names files.</exception>
    private static string? FileUser(ProfileDraft draft, ConnectionSettings connection) => connection.Users switch
    {
        _ when draft is { CaFile: null, CrlFile: null, Login: LoginMethod.Password } => null,
        [] => null,
        [var user] => user,
        _ => throw new TunnelException(Cause.NotSupported, "files in a connection of several users (connection.permissions): it is open whose rights to them count"),
    };

    /// <summary>With a user and no password that is needed, the proxy is asked without a login: it may want none.</summary>
    private static ProxyOptions? Proxy(ProfileDraft draft) => !draft.UsesProxy ? null
        : new ProxyOptions(new ServerEndpoint(draft.ProxyServer!, draft.ProxyPort))
        {
            User = draft.ProxyUser,
            Password = draft.ProxyPassword is { } password ? new Secret(password)
                : draft.ProxyPasswordFlags.HasFlag(SecretFlags.NotRequired) ? new Secret("")
                : null,
        };

    private static PppOptions Ppp(
        ProfileDraft draft, string? user, Secret? password, ConnectionSettings connection, ServiceIdentity service, TunnelProtocol protocol) => new()
    {
        User = user,
        Certificate = draft.Login == LoginMethod.Certificate ? CertificateLogins.Make(draft, FileUser(draft, connection)) : null,
        Domain = draft.Domain,
        Password = password,
        RemoteName = connection.Data["gateway"],
        Refused = draft.Refused,
        Mppe = draft.Mppe,
        MppeStateful = draft.MppeStateful,
        NoBsdCompression = draft.NoBsdCompression,
        NoDeflate = draft.NoDeflate,
        NoVjCompression = draft.NoVjCompression,
        LcpEchoFailure = draft.LcpEchoFailure,
        LcpEchoInterval = draft.LcpEchoInterval,
        Unit = draft.Unit,
        Mtu = draft.Mtu,
        Ip4 = IpRequests.Ip4(protocol, connection.Ip4),
        RequestDns = IpRequests.Dns(protocol, connection.Ip4),
        Ip6 = IpRequests.Ip6(protocol, connection.Ip6),
        IpParam = service.IpParam,
        Debug = service.Debug,
    };

    /// <summary>Who allows more than the usual minute knows a slow server: no single step may then give up earlier.</summary>
    private static TunnelTimeouts Timeouts(TimeSpan connect) => connect <= DefaultConnectTimeout
        ? TunnelTimeouts.Default
        : TunnelTimeouts.Default with
        {
            TlsHandshake = connect,
            HttpReply = connect,
            SstpNegotiation = connect,
            Authentication = connect,
            NetworkProtocol = connect,
        };

    private static PptpTimeouts PptpTimeouts(TimeSpan connect) =>
        connect <= DefaultConnectTimeout ? new PptpTimeouts() : new PptpTimeouts { StartReply = connect, CallReply = connect };

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
