namespace NmPlugin.Tests.Differential;

/// <summary>pppd's arguments without what each service has of its own: line, plugin, supervision.</summary>
internal static class PppdWords
{
    /// <summary>Options with one value; all others have none.</summary>
    private static readonly HashSet<string> s_withValue =
    [
        "pty", "ipparam", "user", "remotename", "mtu", "mru", "lcp-echo-failure", "lcp-echo-interval", "unit", "plugin", "nmvpn-socket", "logfd",
        "lcp-restart", "lcp-max-configure", "ipcp-restart", "ipcp-max-configure", "netmask", "name", "cert", "key", "ca", "capath", "crl", "max-tls-version",
    ];

    /// <summary>How pppd is run, not what it negotiates.</summary>
    private static readonly HashSet<string> s_own =
    [
        "pty", "debug", "ipparam", "nodetach", "lock", "nolock", "local", "nocrtscts", "hide-password", "logfd", "receive-all", "lcp-restart", "lcp-max-configure",
        "ipcp-restart", "ipcp-max-configure", "plugin", "nmvpn-socket", "nmvpn-channel", "nodefaultroute6", "mru",
    ];

    /// <summary>Ours are handed over as descriptors.</summary>
    private static readonly HashSet<string> s_files = ["cert", "key", "ca", "crl"];

    /// <param name="words">The arguments.</param>
    /// <param name="unset">Options for which the two have different defaults, and which the profile does not set.</param>
    public static string Of(string[] words, params string[] unset)
    {
        List<string> kept = [];
        for (int i = 0; i < words.Length; i++)
        {
            string option = words[i];
            string? value = s_withValue.Contains(option) && i + 1 < words.Length ? words[++i] : null;
            if (s_own.Contains(option) || unset.Contains(option) || option.StartsWith("/dev/", StringComparison.Ordinal))
            {
                continue;
            }
            kept.Add(option);
            if (value is not null)
            {
                kept.Add(s_files.Contains(option) ? "*" : $"<{value}>");
            }
        }
        return string.Join(' ', kept);
    }
}
