using TunnelCli.Logging;
using TunnelCli.Options;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCli.Sstpc;

/// <summary>Every option of sstpc: those of sstp-client 1.0.18, those that only its manual page has, and a few of our own.</summary>
internal static class SstpcOptionTable
{
    public const int UsageStatus = 255;

    private const int MaxUuid = 63;

    public static OptionGrammar Grammar { get; } = new(UsageStatus, FirstOfAmbiguous: false);

    public static IReadOnlyList<OptionRow<SstpcOptions>> Tunnel { get; } =
    [
        new("ca-cert", "FILE", "PEM file with additional trusted issuers", (o, v) => o.CaFile = v),
        new("ca-path", "DIR", "directory of trusted issuers, instead of the system's", (o, v) => o.CaDirectory = v) { Aliases = ["ca-dir"] },
        new("cert-warn", null, "go on in spite of a certificate error, with a warning", (o, _) => o.CertWarn = true),
        new("crl-file", "FILE", "PEM file with revocation lists", (o, v) => o.CrlFile = v),
        new("crl-path", "DIR", "directory of revocation lists", (o, v) => o.CrlDirectory = v),
        new("help", null, "this text", (o, _) => o.Help = true),
        new("version", null, "print the version", (o, _) => o.Version = true) { Short = 'v' },
        new("host", "NAME", "name that the certificate must carry (default: HOST)", (o, v) => o.Host = NotEmpty("host", v)),
        new("ipparam", "WORD", "names the callback socket: /var/run/sstpc/sstpc-WORD", (o, v) => o.IpParam = FileNamePart("ipparam", v)),
        new("nolaunchpppd", null, "standard input is the line, for pppd's pty option", (o, _) => o.NoLaunchPppd = true),
        new("user", "NAME", "user name, for the pppd that is started", (o, v) => o.User = v),
        new("password", "TEXT", "password (others can see it; better: chap-secrets)", (o, v) => o.Password = new Secret(v)),
        new("proxy", "URL", "HTTP proxy (default: http_proxy in the environment)", (o, v) => o.Proxy = v),
        new("save-server-route", null, "keep a route to the server beside the tunnel", (o, _) => o.SaveServerRoute = true),
        new("uuid", "ID", "correlation id for the server's logs", (o, v) => o.Uuid = CorrelationId(v)),
        new("tls-ext", null, "nothing: the host name is always sent in TLS", (_, _) => { }),
        new("priv-user", "NAME", "user to become once the tunnel is up (default: sstpc)", (o, v) => o.PrivUser = NotEmpty("priv-user", v)),
        new("priv-group", "NAME", "group to become (default: sstpc)", (o, v) => o.PrivGroup = NotEmpty("priv-group", v)),
        new("priv-dir", "DIR", "root directory then (default: /var/run/sstpc)", (o, v) => o.PrivDirectory = Absolute("priv-dir", v)),
        new("port", "N", "TCP port, where HOST names none (default: 443)", (o, v) => o.Port = Numbers.Whole("port", v, 1, ushort.MaxValue, UsageStatus))
            { Standing = OptionStanding.Extension },
        new("debug", null, "nothing: sstpc always stays in the foreground", (_, _) => { }) { Standing = OptionStanding.Documented },
    ];

    public static IReadOnlyList<OptionRow<SstpcOptions>> Logging { get; } =
    [
        new("log-level", "N", "0 errors .. 3 debug, 4 control packets, 5 PPP, 6 bytes", (o, v) => o.LogLevel = Numbers.Whole("log-level", v, 0, 6, UsageStatus)),
        new("log-syslog", "SOCKET", "log to syslog (default)", (o, v) =>
        {
            o.LogTarget = LogTarget.Syslog;
            o.SyslogSocket = v.Length > 0 ? v : o.SyslogSocket;
        }) { Argument = OptionArgument.PathIfAny },
        new("log-stderr", null, "log to standard error", (o, _) => o.LogTarget = LogTarget.StandardError),
        new("log-stdout", null, "log to standard output", (o, _) => o.LogTarget = LogTarget.StandardOutput),
        new("log-file", "FILE", "log to a file, too", (o, v) => o.LogFile = v) { Argument = OptionArgument.WordIfAny },
        new("log-lineno", null, "name the part of the program in each line", (o, _) => o.LogLineNumbers = true) { Aliases = ["log-fileno"] },
        new("log-ident", "WORD", "name in front of each line (default: sstpc)", (o, v) => o.LogIdent = NotEmpty("log-ident", v)),
        new("log-token", "A,B", "only lines of these parts (* and ? fit anything)",
            (o, v) => o.LogTokens = v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) { Aliases = ["log-filter"] },
    ];

    public static IReadOnlyList<OptionRow<SstpcOptions>> All { get; } = [.. Tunnel, .. Logging];

    /// <exception cref="OptionException">The command line cannot be understood.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments, SstpcOptions draft)
    {
        CommandLine line = new OptionParser<SstpcOptions>(All, Grammar).Parse(arguments, draft);
        draft.Server = line.Words.Count > 0 ? line.Words[0] : null;
        draft.PppdWords = [.. line.Words.Skip(1)];
        return line;
    }

    private static string NotEmpty(string option, string value) => value.Length > 0 ? value : throw Bad($"--{option} must not be empty");

    private static string Absolute(string option, string value) =>
        Path.IsPathRooted(value) ? value : throw Bad($"--{option} must be an absolute path");

    /// <summary>It becomes part of a file name that we make and remove.</summary>
    private static string FileNamePart(string option, string value) =>
        value.Length is > 0 and <= 64 && !value.Contains('/', StringComparison.Ordinal) && !value.Any(char.IsControl)
            ? value
            : throw Bad($"--{option} must have 1 to 64 characters and no '/'");

    /// <summary>It becomes a line of the HTTP request.</summary>
    private static string CorrelationId(string value) =>
        value.Length is > 0 and <= MaxUuid && value.All(c => c is > ' ' and <= '~')
            ? value
            : throw Bad($"--uuid must have 1 to {MaxUuid} visible ASCII characters, not {PrintableText.From(value, 20)}");

    private static OptionException Bad(string message) => new(message, UsageStatus);
}
