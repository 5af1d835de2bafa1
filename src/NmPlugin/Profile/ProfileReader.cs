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

    /// <exception cref="TunnelException">BadKey, UnknownKey, MissingKey, NotSupported or NoPassword, naming the key.</exception>
    public static VpnProfile Read(ConnectionSettings connection, ServiceIdentity service)
    {
        var warnings = new List<string>();
        ProfileDraft draft = ReadKeys(connection, service.Service.Keys, warnings);
        string user = draft.User ?? OrNull(connection.UserName)
            ?? throw new TunnelException(Cause.MissingKey, "'user', the VPN user name (vpn.user-name is empty too)");
        CheckName(user, draft.Domain);
        if (draft.Password is null && !draft.PasswordFlags.HasFlag(SecretFlags.NotRequired))
        {
            throw new TunnelException(Cause.NoPassword);
        }
        Warn(draft, warnings);
        TunnelProtocol protocol = service.Service.Protocol;
        TimeSpan timeout = connection.Timeout == 0 ? DefaultConnectTimeout : TimeSpan.FromSeconds(Math.Min(connection.Timeout, MaxTimeout));
        var options = new TunnelOptions
        {
            Protocol = protocol,
            Server = draft.Server!,
            Tls = new TlsOptions { CaFile = draft.CaFile, CrlFile = draft.CrlFile, IgnoreCertificateErrors = draft.IgnoreCertificateErrors },
            Ppp = Ppp(draft, user, connection, service, protocol),
            CorrelationId = Guid.TryParse(connection.Uuid, out Guid uuid) ? uuid : null,
            Timeouts = Timeouts(timeout),
            Pptp = new PptpOptions { DataPath = draft.DataPath, Timeouts = PptpTimeouts(timeout) },
        };
        return new VpnProfile(options, timeout, warnings);
    }

    /// <summary>Reads all keys and refuses what is unknown, missing or not possible yet.</summary>
    private static ProfileDraft ReadKeys(ConnectionSettings connection, ProfileKeyTable keys, List<string> warnings)
    {
        RefuseUnknown(connection.Data, keys, KeyPlace.Data, "vpn.data");
        RefuseUnknown(connection.Secrets, keys, KeyPlace.Secrets, "vpn.secrets");
        var draft = new ProfileDraft();
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
    private static void RefuseUnknown(IReadOnlyDictionary<string, string> map, ProfileKeyTable keys, KeyPlace place, string placeName)
    {
        string? unknown = null;
        foreach (string name in map.Keys)
        {
            bool known = keys.Find(name) is { } key && key.Place.HasFlag(place);
            unknown = known || (unknown is not null && string.CompareOrdinal(unknown, name) < 0) ? unknown : name;
        }
        if (unknown is null)
        {
            return;
        }
        string hint = keys.Find(unknown) is { } elsewhere
            ? $"it belongs into {(elsewhere.Place == KeyPlace.Data ? "vpn.data" : "vpn.secrets")}"
            : NearestKey.Find(unknown, keys.Rows.Where(key => key.Place.HasFlag(place)).Select(key => key.Name)) is { } nearest
                ? $"did you mean '{nearest}'?"
                : "there is nothing like it";
        throw new TunnelException(Cause.UnknownKey, $"{Printable.Quote(unknown)} in {placeName} ({hint})");
    }

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
        if (draft.IgnoreCertificateErrors)
        {
            warnings.Add("the server's certificate is not checked, because the profile has ignore-cert-warn=yes");
        }
        if (draft.ProxyServer is not null && !draft.UsesProxy)
        {
            warnings.Add("'proxy-server' is not used, because 'proxy-port' is missing or 0");
        }
    }

    private static PppOptions Ppp(
        ProfileDraft draft, string user, ConnectionSettings connection, ServiceIdentity service, TunnelProtocol protocol) => new()
    {
        User = user,
        Domain = draft.Domain,
        Password = draft.Password is null ? null : new Secret(draft.Password),
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
