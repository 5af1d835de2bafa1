using TunnelCli.Options;

namespace TunnelCli.Pptp;

/// <summary>What pptp says about itself.</summary>
internal static class PptpUsage
{
    /// <summary>The first words are those of its predecessor, which scripts look at.</summary>
    public static string Version => $"pptp version {typeof(PptpUsage).Assembly.GetName().Version?.ToString(3)} (NmVpnPlugin)\n";

    public static string Help =>
        "usage: pptp HOST [OPTIONS] [[--] PPPD-WORDS]\n"
        + "       pppd pty \"pptp HOST --nolaunchpppd [OPTIONS]\" ...\n"
        + OptionHelp.Lines(PptpOptionTable.All)
        + "Exit status: 0 once the call was up, 1 failure, 2 bad value; with --exit-codes extended see pptp(8).\n";
}
