using TunnelCli.Options;

namespace TunnelCli.Sstpc;

/// <summary>What sstpc says about itself.</summary>
internal static class SstpcUsage
{
    /// <summary>The first words are those of its predecessor, which scripts look at.</summary>
    public static string Version => $"sstp-client version {typeof(SstpcUsage).Assembly.GetName().Version?.ToString(3)} (NmVpnPlugin)\n";

    public static string Help =>
        "usage: sstpc [OPTIONS] HOST[:PORT] [[--] PPPD-WORDS]\n"
        + "       pppd pty \"sstpc --nolaunchpppd [OPTIONS] HOST\" ...\n"
        + OptionHelp.Lines(SstpcOptionTable.All)
        + "Exit status: 0 ended on request or by the server, 254 certificate refused, 255 anything else. See sstpc(8).\n";
}
