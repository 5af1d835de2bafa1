using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using TunnelCore.Interop;
using TunnelCore.Session;

namespace TunnelCli.Pptp;

/// <summary>
/// pptp without --nolaunchpppd: a second process makes the call; when it is up, this one becomes pppd, so that whoever started it has
/// pppd as its child, with everything that pppd does about terminals, detaching and exit statuses.
/// </summary>
internal static class PptpLaunch
{
    private const int DefaultSpeed = 38400;
    private const int SignalTerminate = 15;

    public static int Run(PptpOptionSet options, IReadOnlyList<string> warnings)
    {
        foreach (string warning in warnings)
        {
            Console.Error.WriteLine($"pptp: {warning}");
        }

        string pppd = PppdProgram.Find();
        try
        {
            using LineLauncher launcher = LineLauncher.Start("pptp", GatewayArguments(options));
            return WaitReady(launcher) ?? Become(pppd, launcher.SlavePath, options);
        }
        catch (Win32Exception e)
        {
            Console.Error.WriteLine($"pptp: cannot start: {e.Message}");
            return PptpExit.Failed;
        }
    }

    /// <summary>pppd's words: line, speed, the user's own, and those that options stand for, which win.</summary>
    public static IReadOnlyList<string> PppdArguments(string line, PptpOptionSet options) =>
    [
        line,
        (options.Speed ?? DefaultSpeed).ToString(CultureInfo.InvariantCulture),
        .. options.Sync ? ["sync"] : (string[])[],
        .. options.PppdWords,
        .. options.MappedWords.Where(word => !options.PppdWords.Contains(word)).Distinct(),
        .. options.Debug ? ["nodetach"] : (string[])[],
    ];

    /// <summary>The command line of the process that makes the call. pppd's words stay here: there may be a password among them.</summary>
    public static IReadOnlyList<string> GatewayArguments(PptpOptionSet o)
    {
        List<string> words =
        [
            "--nolaunchpppd", "--ready-descriptor", Text(LineLauncher.ReadyDescriptor), "--port", Text(o.Port),
            "--timeout", Seconds(o.ReorderTimeout), "--idle-wait", Seconds(o.IdleWait), "--max-echo-wait", Seconds(o.MaxEchoWait),
            "--connect-timeout", Seconds(o.ConnectTimeout), "--window", Text(o.Window), "--data-path", o.DataPath, "--logstring", o.LogString,
        ];
        Add(words, "--phone", o.Phone.Length > 0 ? o.Phone : null);
        Add(words, "--quirks", o.Quirk == TunnelCore.Pptp.PptpQuirk.None ? null : "BEZEQ_ISRAEL");
        Add(words, "--localbind", o.LocalBind?.ToString());
        Add(words, "--loglevel", o.LogLevel is { } level ? Text(level) : null);
        Add(words, "--rtmark", o.RoutingMark != 0 ? Text((uint)o.RoutingMark) : null);
        Add(words, "--missing-window", o.MissingWindow is { } window ? Text(window) : null);
        Add(words, "--test-type", o.TestType != 0 ? Text(o.TestType) : null);
        Add(words, "--test-rate", o.TestType != 0 ? Text(o.TestRate) : null);
        Add(words, "--pidfile", o.PidFile);
        Add(words, "--exit-codes", o.ExtendedExitCodes ? "extended" : null);
        (bool Is, string Flag)[] flags =
        [
            (o.Debug, "--debug"), (o.Sync, "--sync"), (o.NoBuffer, "--nobuffer"), (o.NoHostRoute, "--nohostroute"), (o.SendSetLinkInfo, "--send-sli"),
        ];
        words.AddRange(flags.Where(flag => flag.Is).Select(flag => flag.Flag));
        words.Add(o.Server!);
        return words;
    }

    private static int? WaitReady(LineLauncher launcher)
    {
        void Forward(PosixSignalContext context)
        {
            context.Cancel = true;
            launcher.Kill(SignalTerminate);
        }

        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Forward);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Forward);
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Forward);
        return launcher.WaitReady();
    }

    private static int Become(string pppd, string line, PptpOptionSet options)
    {
        string reason = LineLauncher.Become(pppd, PppdArguments(line, options));
        Console.Error.WriteLine($"pptp: {pppd}: {reason}");
        return PptpExit.Failed;
    }

    private static void Add(List<string> words, string option, string? value)
    {
        if (value is not null)
        {
            words.AddRange([option, value]);
        }
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.######", CultureInfo.InvariantCulture);
}
