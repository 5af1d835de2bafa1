namespace TunnelCore.Pppd;

/// <summary>Where pppd and our plugin are, and limits of their supervision.</summary>
public sealed record PppdSettings
{
    public static PppdSettings Default { get; } = new();

    /// <summary>pppd; null = search the system directories.</summary>
    public string? PppdPath { get; init; }

    /// <summary>Our plugin, absolute; null = search beside this program and where packages put it.</summary>
    public string? PluginPath { get; init; }

    /// <summary>File name of the plugin: contains nm-sstp-pppd-plugin or nm-pptp-pppd-plugin, which callers look for.</summary>
    public string PluginName { get; init; } = "nm-sstp-pppd-plugin.so";

    /// <summary>Directory for the callback sockets.</summary>
    public string RunRoot { get; init; } = "/run/nm-vpn-plugin";

    /// <summary>pppd's mtu option when the profile has none; null = no option.</summary>
    public int? DefaultMtu { get; init; } = 1400;

    /// <summary>
    /// Ask the server, too, for packets no longer than that (mru): they come in packets of their own, where a longer one is fragmented.
    /// </summary>
    public bool LimitServer { get; init; }

    /// <summary>
    /// Words of a user's command line, instead of what <see cref="Link.PppOptions"/> say; null = the options. Passwords that are not
    /// given come from pppd's own files then.
    /// </summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>
    /// Asked when pppd is to be started: whether pppd shall get its line as a descriptor when the link starts, because only the transport
    /// knows by then whether that is a channel of the kernel; else it opens a pty by its path, as ever.
    /// </summary>
    public Func<bool> AsksForLine { get; init; } = static () => false;

    /// <summary>How long pppd may take until its plugin calls.</summary>
    public TimeSpan Hello { get; init; } = TimeSpan.FromSeconds(10);
}
