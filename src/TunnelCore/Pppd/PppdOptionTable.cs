using System.Globalization;
using System.Net;
using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>
/// pppd's arguments, one row per option, in the order that the existing plugins use. No shell is involved: a value is one argument,
/// whatever is in it.
/// </summary>
internal static class PppdOptionTable
{
    /// <summary>The one way of comparing names that pppd before 2.5 has, too.</summary>
    public const string NameMethod = "name";

    private const string SystemAuthorities = "/etc/ssl/certs";

    private sealed record Row(Func<PppdOptionSource, bool> Applies, Func<PppdOptionSource, string[]> Words);

    private static readonly Row[] s_rows =
    [
        // Our end of the line instead of "pty COMMAND": LCP Terminate works, and SIGTERM ends pppd at once.
        When(s => s.Device is not null, s => [s.Device!]),
        When(s => s.Options.Debug, "debug"),
        When(s => s.Options.IpParam.Length > 0, s => ["ipparam", s.Options.IpParam]),
        Always("nodetach"),
        // The system's own options file is read first and typically says lock, modem, crtscts, auth. The first three are of a device.
        When(s => s.Device is not null, "nolock", "local", "nocrtscts"),
        Always("hide-password", "logfd", "2"),
        // The line is a byte pipe: nothing on it needs escaping. A server that lost our first request is asked again soon.
        Always("receive-all", "lcp-restart", "1", "lcp-max-configure", "30", "ipcp-restart", "1", "ipcp-max-configure", "30"),
        When(s => s.Options.Ip4 is Ip4Request.Manual, s => ManualIp4((Ip4Request.Manual)s.Options.Ip4)),
        When(s => s.Options.Ip4 is Ip4Request.Disabled, "noip"),
        When(s => s.Options.Ip4 is not Ip4Request.Disabled && s.Options.RequestDns, "usepeerdns"),
        When(s => s.Options.Ip4 is not Ip4Request.Manual, "noipdefault"),
        When(s => s.Options.Ip6 == Ip6Request.Wanted, "+ipv6"),
        When(s => s.Options.Ip6 == Ip6Request.Disabled, "noipv6"),
        Always("nodefaultroute", "nodefaultroute6", "noauth"),
        When(s => s.Certificate is null && !string.IsNullOrEmpty(s.Options.User), s => ["user", s.Options.User!]),
        When(s => s.Certificate is null && !string.IsNullOrEmpty(s.Options.RemoteName), s => ["remotename", s.Options.RemoteName!]),
        WithCertificate(c => ["name", c.Identity, "cert", c.Certificate, "key", c.Key]),
        WithCertificate(c => c.Ca is { } ca ? ["ca", ca] : ["capath", SystemAuthorities]),
        WithCertificate(c => c.Crl is { } crl ? ["crl", crl] : []),
        WithCertificate(c => c.Login.MaxTlsVersion is { } version ? ["max-tls-version", version] : []),
        When(s => s.Certificate is { Login.VerifyKeyUsage: true } && s.CanVerifyPeer, "tls-verify-key-usage"),
        When(s => VerifiesName(s) && s.CanVerifyPeer, s => ["tls-verify-method", s.Certificate!.Login.VerifyMethod!]),
        // Without a method to choose, pppd compares the common name with it.
        When(s => VerifiesName(s) && (s.CanVerifyPeer || s.Certificate!.Login.VerifyMethod == NameMethod), s => ["remotename", s.Certificate!.Login.RemoteName!]),
        WithCertificate(_ => ["need-peer-eap"]),
        When(s => s.Mtu is not null, s => ["mtu", Number(s.Mtu!.Value)]),
        When(s => s.Mtu is not null && s.LimitServer, s => ["mru", Number(s.Mtu!.Value)]),
        Refuse(AuthenticationMethods.Eap, "refuse-eap"),
        Refuse(AuthenticationMethods.Pap, "refuse-pap"),
        Refuse(AuthenticationMethods.Chap, "refuse-chap"),
        Refuse(AuthenticationMethods.MsChap, "refuse-mschap"),
        Refuse(AuthenticationMethods.MsChapV2, "refuse-mschap-v2"),
        Mppe(MppeRequirement.Any, "require-mppe"),
        Mppe(MppeRequirement.Bits40, "require-mppe-40"),
        Mppe(MppeRequirement.Bits128, "require-mppe-128"),
        When(s => s.Options.MppeStateful, "mppe-stateful"),
        When(s => s.Options.NoBsdCompression, "nobsdcomp"),
        When(s => s.Options.NoDeflate, "nodeflate"),
        When(s => s.Options.NoVjCompression, "novj"),
        Always(s => ["lcp-echo-failure", Number(s.Options.LcpEchoFailure)]),
        Always(s => ["lcp-echo-interval", Number(s.Options.LcpEchoInterval)]),
        When(s => s.Options.Unit is not null, s => ["unit", Number(s.Options.Unit!.Value)]),
        Always(s => ["plugin", s.Plugin]),
        // An option of the plugin, so it follows the plugin.
        Always(s => ["nmvpn-socket", s.Socket]),
        When(s => s.Device is null, "nmvpn-channel"),
    ];

    /// <summary>The arguments without the program's name. Throws BadKey, naming the setting, for a value that pppd would cut or misread.</summary>
    public static List<string> Build(PppdOptionSource source)
    {
        Check(source);
        List<string> arguments = [];
        foreach (Row row in s_rows)
        {
            if (row.Applies(source))
            {
                arguments.AddRange(row.Words(source));
            }
        }

        return arguments;
    }

    /// <summary>
    /// The arguments for a user who gives pppd's words himself: nothing but what pppd needs to run on our line and under our eyes. Two
    /// of them follow the words, because nothing works without.
    /// </summary>
    public static List<string> Build(PppdOptionSource source, IReadOnlyList<string> words)
    {
        Check(source);
        List<string> arguments = [source.Device ?? throw new ArgumentException("A user's words need a line.", nameof(source)), "local", "nocrtscts", "nolock", "hide-password", "receive-all"];
        if (!string.IsNullOrEmpty(source.Options.User))
        {
            arguments.AddRange(["user", source.Options.User]);
        }

        arguments.AddRange(["plugin", source.Plugin, "nmvpn-socket", source.Socket]);
        if (source.Options.Password is null)
        {
            arguments.Add("nmvpn-file-secrets");
        }

        arguments.AddRange(words);
        arguments.AddRange(["nodetach", "logfd", "2"]);
        return arguments;
    }

    /// <summary>Refuses what cannot become an argument, before anything is started.</summary>
    public static void Check(PppOptions options)
    {
        CheckName("user name", options.User);
        CheckName("gateway", options.RemoteName);
        CheckName("ipparam", options.IpParam);
        CheckName("user name with domain", PppdCredentials.NameOf(options));
        CheckRange("unit number", options.Unit, 0, int.MaxValue);
        CheckRange("mtu", options.Mtu, 128, 16384);
        CheckRange("lcp-echo-failure", options.LcpEchoFailure, 0, int.MaxValue);
        CheckRange("lcp-echo-interval", options.LcpEchoInterval, 0, int.MaxValue);
    }

    private static void Check(PppdOptionSource source)
    {
        Check(source.Options);
        CheckName("device", source.Device);
        CheckName("tls-identity", source.Certificate?.Identity);
        CheckName("tls-remotename", source.Certificate?.Login.RemoteName);
    }

    private static void CheckName(string setting, string? value)
    {
        if (value is null)
        {
            return;
        }

        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new TunnelException(Cause.BadKey, $"{setting} contains a null character");
        }

        if (Encoding.UTF8.GetByteCount(value) > CallbackCodec.MaxText)
        {
            throw new TunnelException(Cause.BadKey, $"{setting} is longer than the {CallbackCodec.MaxText} bytes that pppd can hold");
        }
    }

    private static void CheckRange(string setting, int? value, int min, int max)
    {
        if (value < min || value > max)
        {
            throw new TunnelException(Cause.BadKey, $"{setting} {value} is not between {min} and {max}");
        }
    }

    private static string[] ManualIp4(Ip4Request.Manual ip) =>
        [$"{Plain(ip.Address)}:{Plain(ip.Peer)}", "netmask", Plain(ip.Netmask), "ipcp-accept-local", "ipcp-accept-remote"];

    private static string Plain(IPAddress address) => address.ToString();

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static Row Always(params string[] words) => new(_ => true, _ => words);

    private static Row Always(Func<PppdOptionSource, string[]> words) => new(_ => true, words);

    private static Row When(Func<PppdOptionSource, bool> applies, params string[] words) => new(applies, _ => words);

    private static Row When(Func<PppdOptionSource, bool> applies, Func<PppdOptionSource, string[]> words) => new(applies, words);

    private static Row WithCertificate(Func<PppdCertificate, string[]> words) => new(s => s.Certificate is not null, s => words(s.Certificate!));

    private static bool VerifiesName(PppdOptionSource s) =>
        s.Certificate is { Login: { VerifyMethod: { } method, RemoteName.Length: > 0 } } && method != "none";

    private static Row Refuse(AuthenticationMethods method, string word) => When(s => s.Options.Refused.HasFlag(method), word);

    private static Row Mppe(MppeRequirement requirement, string word) => When(s => s.Options.Mppe.HasFlag(requirement), word);
}
