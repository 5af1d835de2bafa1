using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCore.Pppd;

/// <summary>
/// The options file of the system, which pppd reads before its arguments and cannot be told to leave alone. Some of its options have
/// no opposite that an argument could be: who set them for a modem long ago must be told why the VPN fails.
/// </summary>
internal static class PppdSystemOptions
{
    public const string Path = "/etc/ppp/options";

    private const int MaxBytes = 64 * 1024;

    private static readonly string[] s_harmful =
    [
        "sync", "passive", "-p", "silent", "connect", "disconnect", "init", "welcome", "pty", "socket", "notty", "record", "demand", "dryrun", "noip", "xonxoff",
        "refuse-pap", "-pap", "refuse-chap", "-chap", "refuse-mschap", "-mschap", "refuse-mschap-v2", "-mschap-v2", "refuse-eap", "noccp", "-ccp", "nomppe", "require-mppe",
        "require-mppe-40", "require-mppe-128", "nomppe-40", "nomppe-128", "idle", "maxconnect", "active-filter", "pass-filter",
    ];

    /// <summary>Those of the system's file that this connection may fail by; empty when there are none, or no readable file.</summary>
    public static IReadOnlyList<string> Harmful()
    {
        try
        {
            return SystemFile.Read(Path, MaxBytes) is { } bytes ? Harmful(bytes) : [];
        }
        catch (TunnelException)
        {
            // Not a file that root has written: pppd itself judges it.
            return [];
        }
    }

    /// <summary>Words outside comments; an option's own arguments may be taken for options, quoted ones are not.</summary>
    internal static IReadOnlyList<string> Harmful(ReadOnlySpan<byte> file)
    {
        List<string> found = [];
        foreach (string line in Encoding.UTF8.GetString(file).Split('\n'))
        {
            string code = line.Split('#', 2)[0];
            found.AddRange(code.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).Where(word => s_harmful.Contains(word) && !found.Contains(word)));
        }

        return found;
    }
}
