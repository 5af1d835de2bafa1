using System.Net;
using TunnelCli.Options;
using TunnelCore.Pptp;

namespace TunnelCli.Pptp;

/// <summary>
/// Every option of pptp: those of pptp-linux 1.10 in the order of its own table (in which an ambiguous prefix means the first), those
/// that only manual pages have, and a few of our own.
/// </summary>
internal static class PptpOptionTable
{
    public const int UsageStatus = 1;
    public const int ValueStatus = 2;

    private const int MaxSeconds = 1_000_000;

    /// <summary>Values of --quirks that one manual page lists and no version ever had.</summary>
    private static readonly string[] s_imaginaryQuirks = ["mppe_stateless", "remote_ip", "nocrash", "noresetroute"];

    public static OptionGrammar Grammar { get; } = new(UsageStatus, FirstOfAmbiguous: true);

    public static IReadOnlyList<OptionRow<PptpOptionSet>> All { get; } =
    [
        new("phone", "NUMBER", "number to dial, for servers that look at it", (o, v) => o.Phone = v),
        new("nolaunchpppd", null, "standard input is the line, for pppd's pty option", (o, _) => o.NoLaunchPppd = true),
        new("quirks", "NAME", "for an odd server: BEZEQ_ISRAEL", Quirk),
        new("debug", null, "stay in the foreground and log more", (o, _) => o.Debug = true),
        new("sync", null, "synchronous framing on the line (pppd needs sync, too)", (o, _) => o.Sync = true),
        new("timeout", "SECONDS", "longest wait for packets out of order, 0.01 to 10", (o, v) => o.ReorderTimeout = Numbers.Seconds("timeout", v, 0.01, 10, ValueStatus)),
        new("logstring", "NAME", "tag of each log line (default: anon)", (o, v) => o.LogString = v),
        new("localbind", "ADDRESS", "own address to use (IPv4)", LocalBind) { Aliases = ["bind"] },
        new("loglevel", "N", "0 quiet, 1 normal, 2 each packet", LogLevel),
        new("nobuffer", null, "put no packets in order", (o, _) => o.NoBuffer = true),
        new("idle-wait", "SECONDS", "quiet time before an echo request, 0 = none (default: 60)", (o, v) => o.IdleWait = Numbers.Seconds("idle-wait", v, 0, MaxSeconds, ValueStatus)),
        new("max-echo-wait", "SECONDS", "longest wait for an echo reply (default: 60)", (o, v) => o.MaxEchoWait = Numbers.Seconds("max-echo-wait", v, 0, MaxSeconds, ValueStatus)),
        new("version", null, "print the version", (o, _) => o.Version = true),
        new("test-type", "N", "damage the order of sent packets, 1 to 3", (o, v) => o.TestType = Numbers.Whole("test-type", v, 0, 3, ValueStatus)) { Standing = OptionStanding.Hidden },
        new("test-rate", "N", "packets between two such damages", (o, v) => o.TestRate = Numbers.Whole("test-rate", v, 1, int.MaxValue, ValueStatus)) { Standing = OptionStanding.Hidden },
        new("rtmark", "N", "routing mark of all packets, decimal or 0x...", (o, v) => o.RoutingMark = Numbers.WithBase("rtmark", v, ValueStatus)),
        new("nohostroute", null, "add no route to the server", (o, _) => o.NoHostRoute = true),
        new("missing-window", "N", "drop packets that are N or more ahead", (o, v) => o.MissingWindow = Numbers.Whole("missing-window", v, 1, int.MaxValue, ValueStatus)),

        Word("nobsdcomp", "pppd's nobsdcomp", "nobsdcomp"),
        Word("novj", "pppd's novj", "novj"),
        Word("nodefaultroute", "pppd's nodefaultroute", "nodefaultroute"),
        Word("noencrypt", "pppd's nomppe", "nomppe"),
        Word("require-mppe", "pppd's require-mppe", "require-mppe"),
        Word("require-mppe-128", "pppd's require-mppe-128", "require-mppe-128"),
        new("pppd", "WORDS", "more words for pppd, in one argument", PppdWords) { Standing = OptionStanding.Documented },
        new("speed", "BPS", "pppd's speed of the line (default: 38400)", Speed) { Standing = OptionStanding.Documented },
        new("pidfile", "FILE", "file for the process id, removed at the end", (o, v) => o.PidFile = Path.IsPathRooted(v)
            ? v : throw new OptionException("--pidfile must be an absolute path", ValueStatus)) { Standing = OptionStanding.Documented },
        new("set-mppe-key", "KEY", "refused: MPPE has no fixed keys", (_, _) => throw new OptionException(
            "--set-mppe-key: MPPE takes its keys from the login; a fixed key would be none at all", ValueStatus)) { Standing = OptionStanding.Refused },

        Own("help", null, "this text", (o, _) => o.Help = true),
        Own("port", "N", "TCP port of the server (default: 1723)", (o, v) => o.Port = Numbers.Whole("port", v, 1, ushort.MaxValue, ValueStatus)),
        Own("connect-timeout", "SECONDS", "longest wait for TCP, per address (default: 10)", (o, v) => o.ConnectTimeout = Numbers.Seconds("connect-timeout", v, 0.1, 600, ValueStatus)),
        Own("data-path", "PATH", "auto, user, kernel or pty: who carries the packets", DataPath),
        Own("exit-codes", "KIND", "compat or extended: a status of its own per cause", ExitCodes),
        Own("send-sli", null, "send Set-Link-Info once the call is up", (o, _) => o.SendSetLinkInfo = true),
        Own("window", "N", "packets the server may have under way (default: 64)", (o, v) => o.Window = (ushort)Numbers.Whole("window", v, 1, ushort.MaxValue, ValueStatus)),
        new("ready-descriptor", "N", "for the launcher", (o, v) => o.ReadyDescriptor = Numbers.Whole("ready-descriptor", v, 3, 1023, ValueStatus)) { Standing = OptionStanding.Internal },
    ];

    /// <exception cref="OptionException">The command line cannot be understood.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments, PptpOptionSet draft)
    {
        CommandLine line = new OptionParser<PptpOptionSet>(All, Grammar).Parse(arguments, draft);
        draft.Server = line.Words.Count > 0 ? line.Words[0] : null;
        draft.PppdWords = [.. line.Words.Skip(1)];
        List<string> warnings = [.. line.Warnings, .. draft.Warnings];
        if (draft.NoLaunchPppd && draft.LaunchOnly.Count > 0)
        {
            warnings.Add($"{string.Join(", ", draft.LaunchOnly)} ignored: pppd already runs");
        }

        return new CommandLine(line.Words, warnings);
    }

    private static OptionRow<PptpOptionSet> Own(string name, string? value, string help, Action<PptpOptionSet, string> apply) =>
        new(name, value, help, apply) { Standing = OptionStanding.Extension };

    private static OptionRow<PptpOptionSet> Word(string name, string help, string word) => new(name, null, help, (o, _) =>
    {
        o.MappedWords.Add(word);
        o.LaunchOnly.Add("--" + name);
    }) { Standing = OptionStanding.Documented };

    private static void Quirk(PptpOptionSet options, string value)
    {
        if (value == "BEZEQ_ISRAEL")
        {
            options.Quirk = PptpQuirk.BezeqIsrael;
        }
        else if (s_imaginaryQuirks.Contains(value))
        {
            options.Warnings.Add($"--quirks {value} does nothing: no version of pptp had it"
                + (value == "mppe_stateless" ? ", and stateless MPPE is pppd's default" : ""));
        }
        else
        {
            throw new OptionException("--quirks must be BEZEQ_ISRAEL", UsageStatus);
        }
    }

    private static void LocalBind(PptpOptionSet options, string value) =>
        options.LocalBind = value.Count(c => c == '.') == 3 && IPAddress.TryParse(value, out IPAddress? address)
            ? address
            : throw new OptionException("--localbind must be an IPv4 address", ValueStatus);

    private static void LogLevel(PptpOptionSet options, string value)
    {
        int level = Numbers.Whole("loglevel", value, 0, 9, UsageStatus);
        if (level > 2)
        {
            options.Warnings.Add($"--loglevel {level} taken as 2");
        }

        options.LogLevel = Math.Min(level, 2);
    }

    private static void PppdWords(PptpOptionSet options, string value)
    {
        options.MappedWords.AddRange(WordList.Split(value) ?? throw new OptionException("--pppd has a quote that is not closed", ValueStatus));
        options.LaunchOnly.Add("--pppd");
    }

    private static void Speed(PptpOptionSet options, string value)
    {
        options.Speed = Numbers.Whole("speed", value, 1, int.MaxValue, ValueStatus);
        options.LaunchOnly.Add("--speed");
    }

    private static void DataPath(PptpOptionSet options, string value) => options.DataPath = value switch
    {
        "auto" or "user" or "pty" => value,
        "kernel" => throw new OptionException("--data-path kernel: pppd has its line from us already; only the NetworkManager service can give it the kernel's", ValueStatus),
        _ => throw new OptionException("--data-path must be auto, user, kernel or pty", ValueStatus),
    };

    private static void ExitCodes(PptpOptionSet options, string value) => options.ExtendedExitCodes = value switch
    {
        "compat" => false,
        "extended" => true,
        _ => throw new OptionException("--exit-codes must be compat or extended", ValueStatus),
    };
}
