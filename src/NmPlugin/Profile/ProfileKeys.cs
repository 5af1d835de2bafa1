using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Session;
using static NmPlugin.Profile.KeyPlace;
using static NmPlugin.Profile.KeyTypes;

namespace NmPlugin.Profile;

/// <summary>
/// The one table of keys of a profile (vpn.data and vpn.secrets): what the services read, what they ignore for compatibility, and
/// what docs/profile-keys.md says. Anything that is not here, or only for the other protocol, is refused by name.
/// </summary>
internal static class ProfileKeys
{
    static ProfileKeys()
    {
        All =
        [
            .. Server(), .. SstpOnly(LoginMethods()), .. Login(), .. SstpOnly(Tls()), .. SstpOnly(Proxy()), .. Ppp(),
            .. PptpOnly(), .. SstpOnly(CertificateLogin()), .. SstpOnly(OwnTls()), .. OwnGeneral(), .. Compatibility(),
        ];
        Sstp = new ProfileKeyTable(All, TunnelProtocol.Sstp);
        Pptp = new ProfileKeyTable(All, TunnelProtocol.Pptp);
    }

    /// <summary>Every row, in the order of the documentation.</summary>
    public static IReadOnlyList<ProfileKey> All { get; }

    public static ProfileKeyTable Sstp { get; }

    public static ProfileKeyTable Pptp { get; }

    /// <summary>The first row of that name: what a name means is the same for both protocols.</summary>
    public static ProfileKey? Find(string name) => All.FirstOrDefault(key => key.Name == name);

    public static ProfileKeyTable Of(TunnelProtocol protocol) => protocol == TunnelProtocol.Pptp ? Pptp : Sstp;

    private static IEnumerable<ProfileKey> SstpOnly(IEnumerable<ProfileKey> keys) => keys.Select(key => key with { Only = TunnelProtocol.Sstp });

    private static IEnumerable<ProfileKey> Server() =>
    [
        new ProfileKey<ServerEndpoint>("gateway", Data, SstpGateway, (d, v) => d.Server = v, "The VPN server; port 443 unless given")
        {
            Only = TunnelProtocol.Sstp,
            Required = true,
        },
        new ProfileKey<ServerEndpoint>("gateway", Data, PptpGateway, (d, v) => d.Server = v, "The VPN server; the port is always 1723")
        {
            Only = TunnelProtocol.Pptp,
            Required = true,
        },
    ];

    private static IEnumerable<ProfileKey> LoginMethods() =>
    [
        new ProfileKey<LoginMethod>(
            "connection-type",
            Data,
            Choice(("password", LoginMethod.Password), ("tls", LoginMethod.Certificate)),
            (d, v) => d.Login = v,
            "How to log in: with a password or with a certificate (EAP-TLS)")
        {
            WhenAbsent = "password",
        },
    ];

    private static IEnumerable<ProfileKey> Login() =>
    [
        new ProfileKey<string>("user", Data, Name, (d, v) => d.User = v, "User name") { WhenAbsent = "vpn.user-name" },
        new ProfileKey<string>("domain", Data, Name, (d, v) => d.Domain = v, "NT domain: the login is then domain\\user"),
        new ProfileKey<string>("password", Secrets, Password, (d, v) => d.Password = v, "Password of the user"),
        new ProfileKey<SecretFlags>("password-flags", Data, Flags, (d, v) => d.PasswordFlags = v, "Who keeps the password") { WhenAbsent = "0" },
        new ProfileKey<string>("otp", Secrets, Password, (d, v) => d.Otp = v, "One-time code, sent right behind the password; with otp-flags only"),
        new ProfileKey<SecretFlags>(
            "otp-flags",
            Data,
            Flags,
            (d, v) => d.OtpFlags = v,
            "The login wants a one-time code behind the password, or instead of it with password-flags=4; 2 = ask for it each time")
        {
            WhenAbsent = "no code",
        },
    ];

    private static IEnumerable<ProfileKey> Tls() =>
    [
        new ProfileKey<string>(
            "ca-cert",
            Data,
            FilePath,
            (d, v) => d.CaFile = v,
            "PEM file with the issuer of the server's certificate. A private authority counts alone then; a file with authorities that the system trusts, too, leaves the system's others valid")
        {
            WhenAbsent = "the system's certificate authorities",
        },
        new ProfileKey<bool>(
            "ignore-cert-warn",
            Data,
            YesNo,
            (d, v) => d.IgnoreCertificateErrors = v,
            "yes accepts any certificate of the server: whoever is on the way can read and change everything")
        {
            WhenAbsent = "no",
        },
        new ProfileKey<bool>("tls-ext", Data, YesNo, (_, _) => { }, "The server's name is always sent in the TLS handshake (SNI)") { Ignored = true },
        new ProfileKey<string>("crl-file", Data, FilePath, (d, v) => d.CrlFile = v, "File with revocation lists (PEM or DER): the server's certificate must be covered by one and not be on it; with connection-type=tls it is for the EAP server's")
        {
            WhenAbsent = "revocation is not checked",
        },
    ];

    private static IEnumerable<ProfileKey> Proxy() =>
    [
        new ProfileKey<string>("proxy-server", Data, ProxyHost, (d, v) => d.ProxyServer = v, "HTTP proxy in front of the server; of effect with proxy-port only")
        {
            WhenAbsent = "no proxy",
        },
        new ProfileKey<int>("proxy-port", Data, Number(0, 65535), (d, v) => d.ProxyPort = v, "Port of the proxy; 0 = no proxy") { WhenAbsent = "no proxy" },
        new ProfileKey<string>("proxy-user", Data, Text, (d, v) => d.ProxyUser = v, "User name for the proxy"),
        new ProfileKey<SecretFlags>("proxy-password-flags", Data, Flags, (d, v) => d.ProxyPasswordFlags = v, "Who keeps the proxy's password") { WhenAbsent = "0" },
        new ProfileKey<string>(
            "proxy-password",
            Both,
            LongSecret,
            (d, v) => d.ProxyPassword ??= v,
            "Password for the proxy. GNOME's and KDE's editors store it in vpn.data, where others can read it; vpn.secrets wins"),
    ];

    private static IEnumerable<ProfileKey> Ppp() =>
    [
        Refuse("refuse-eap", AuthenticationMethods.Eap, "EAP"),
        Refuse("refuse-pap", AuthenticationMethods.Pap, "PAP"),
        Refuse("refuse-chap", AuthenticationMethods.Chap, "CHAP"),
        Refuse("refuse-mschap", AuthenticationMethods.MsChap, "MS-CHAP"),
        Refuse("refuse-mschapv2", AuthenticationMethods.MsChapV2, "MS-CHAPv2"),
        Require("require-mppe", MppeRequirement.Any, "MPPE encryption of any strength"),
        Require("require-mppe-40", MppeRequirement.Bits40, "40-bit MPPE"),
        Require("require-mppe-128", MppeRequirement.Bits128, "128-bit MPPE"),
        new ProfileKey<bool>("mppe-stateful", Data, YesNo, (d, v) => d.MppeStateful = v, "Allow stateful MPPE, which is weaker") { WhenAbsent = "no" },
        new ProfileKey<bool>("nobsdcomp", Data, YesNo, (d, v) => d.NoBsdCompression = v, "No BSD-Compress") { WhenAbsent = "no" },
        new ProfileKey<bool>("nodeflate", Data, YesNo, (d, v) => d.NoDeflate = v, "No Deflate compression") { WhenAbsent = "no" },
        new ProfileKey<bool>("no-vj-comp", Data, YesNo, (d, v) => d.NoVjCompression = v, "No TCP header compression (Van Jacobson)") { WhenAbsent = "no" },
        new ProfileKey<int>("lcp-echo-failure", Data, Number(0, 1000), (d, v) => d.LcpEchoFailure = v, "Unanswered LCP echos until the server counts as dead; 0 = never")
        {
            WhenAbsent = "3",
        },
        new ProfileKey<int>("lcp-echo-interval", Data, Number(0, 86400), (d, v) => d.LcpEchoInterval = v, "Seconds between LCP echos; 0 = none")
        {
            WhenAbsent = "10",
        },
        new ProfileKey<int>("unit", Data, Number(0, 65535), (d, v) => d.Unit = v, "Number of the ppp interface") { WhenAbsent = "the first free one" },
        new ProfileKey<int>("mtu", Data, ZeroOrNumber(128, 1500), (d, v) => d.Mtu = v == 0 ? d.Mtu : v, "Largest IP packet in the tunnel, in bytes") { WhenAbsent = "1400" },
    ];

    private static IEnumerable<ProfileKey> PptpOnly() =>
    [
        new ProfileKey<PptpDataPath>(
            "data-path",
            Data,
            Choice(("auto", PptpDataPath.Auto), ("kernel", PptpDataPath.Kernel), ("user", PptpDataPath.User)),
            (d, v) => d.DataPath = v,
            "Who carries the packets: the kernel (module pptp), which costs least but drops packets that come out of order, the service,"
            + " which puts them in order, or auto: the kernel where it can, else the service")
        {
            Only = TunnelProtocol.Pptp,
            Own = true,
            WhenAbsent = "auto",
        },
    ];

    private static IEnumerable<ProfileKey> CertificateLogin() =>
    [
        ForCertificateLogin("tls-identity", Text, "Name to log in as") with { WhenAbsent = "tls-subject-name" },
        ForCertificateLogin("tls-subject-name", Text, "Name in the certificate, as the editor read it") with { WhenAbsent = "the certificate's principal name, e-mail address or common name" },
        ForCertificateLogin("tls-user-cert", FilePath, "Own certificate: PEM, DER or PKCS#12; **needed** for that login"),
        ForCertificateLogin("tls-user-key", FilePath, "Its private key: PEM or DER, encrypted or not, or PKCS#12") with { WhenAbsent = "in tls-user-cert" },
        ForCertificateLogin("tls-user-key-secret", LongSecret, "Password of the private key", Secrets),
        ForCertificateLogin("tls-user-key-secret-flags", Text, "Who keeps it: secret flags") with { WhenAbsent = "0" },
        ForCertificateLogin("tls-ca-cert", FilePath, "PEM or DER file with the issuer of the EAP server's certificate") with { WhenAbsent = "the system's certificate authorities" },
        ForCertificateLogin("tls-verify-method", Text, "How the EAP server's name is compared with tls-remotename: none, subject, name, suffix (subject and suffix: pppd 2.5)"),
        ForCertificateLogin("tls-remotename", Text, "Name of the EAP server"),
        ForCertificateLogin("tls-verify-key-usage", Text, "yes: the EAP server's certificate must be meant for servers (pppd 2.5)") with { WhenAbsent = "no" },
        ForCertificateLogin("tls-max-version", Text, "Newest TLS version inside EAP: 1.0, 1.1, 1.2, 1.3") with { WhenAbsent = "pppd's default" },
    ];

    private static IEnumerable<ProfileKey> OwnTls() =>
    [
        new ProfileKey<IReadOnlyList<CertificatePin>>(
            "server-certificate-pin",
            Data,
            Pins,
            (d, v) => d.ServerPins = v,
            "The server must show one of these certificates; issuer, name and dates do not count then, and ignore-cert-warn has no effect")
        {
            Own = true,
            WhenAbsent = "issuer and name decide",
        },
        new ProfileKey<string>("server-name", Data, ServerName, (d, v) => d.ServerName = v, "Name to ask the server for and to expect in its certificate")
        {
            Own = true,
            WhenAbsent = "the gateway's",
        },
        new ProfileKey<TlsVersion>("server-tls-min", Data, KeyTypes.TlsVersion, (d, v) => d.ServerTlsMin = v, "Oldest TLS version; below 1.2 weaker ciphers are allowed, too")
        {
            Own = true,
            WhenAbsent = "1.2",
        },
        new ProfileKey<TlsVersion>("server-tls-max", Data, KeyTypes.TlsVersion, (d, v) => d.ServerTlsMax = v, "Newest TLS version")
        {
            Own = true,
            WhenAbsent = "1.3",
        },
    ];

    private static IEnumerable<ProfileKey> OwnGeneral() =>
    [
        new ProfileKey<bool>(
            "unknown-keys",
            Data,
            Choice(("refuse", false), ("warn", true)),
            (d, v) => d.AllowUnknownKeys = v,
            "What to do about keys that are not in this list")
        {
            Own = true,
            WhenAbsent = "refuse",
        },
        new ProfileKey<int>(
            "reconnect-timeout",
            Data,
            Number(0, 86400),
            (d, v) => d.ReconnectTimeout = v,
            "Seconds that a lost tunnel is tried again, of a connection with vpn.persistent=yes; 0 = not at all")
        {
            Own = true,
            WhenAbsent = "600",
        },
    ];

    private static IEnumerable<ProfileKey> Compatibility() =>
    [
        Unused("uuid", Data, "Overwritten by connection.uuid") with { Only = TunnelProtocol.Sstp },
        Unused("name", Both, "Accepted and ignored"),
        Unused("no-secret", Both, "An editor's note that nothing is to be asked; accepted and ignored"),
    ];

    private static ProfileKey<bool> Refuse(string name, AuthenticationMethods method, string words) =>
        new(name, Data, YesNo, (d, v) => d.Refuse(method, v), $"Never log in with {words}") { WhenAbsent = "no" };

    private static ProfileKey<bool> Require(string name, MppeRequirement strength, string words) =>
        new(name, Data, YesNo, (d, v) => d.Require(strength, v), $"Insist on {words} inside the tunnel") { WhenAbsent = "no" };

    /// <summary>Taken as it is: only with that login does <see cref="CertificateLogins"/> judge it.</summary>
    private static ProfileKey<string> ForCertificateLogin(string name, KeyType<string> type, string words, KeyPlace place = Data) =>
        new(name, place, type with { Parse = Unread.Parse }, (d, v) => d.CertificateKeys[name] = v, $"{words} (connection-type=tls)");

    private static ProfileKey<string> Unused(string name, KeyPlace place, string words) =>
        new(name, place, Unread, (_, _) => { }, words) { Ignored = true };
}
