using TunnelCli.Options;
using TunnelCore.Diagnostics;

namespace TunnelCli.Pptp;

/// <summary>pptp: a PPTP client that becomes pppd, or that pppd starts.</summary>
internal static class PptpProgram
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        PptpOptionSet options = new();
        try
        {
            CommandLine line = PptpOptionTable.Parse(arguments, options);
            if (options.Help || options.Version)
            {
                Console.Out.Write(options.Help ? PptpUsage.Help : PptpUsage.Version);
                return PptpExit.Ok;
            }

            if (options.Server is null)
            {
                throw new OptionException("no server is given", PptpOptionTable.UsageStatus);
            }

            if (!options.NoLaunchPppd)
            {
                return PptpLaunch.Run(options, line.Warnings);
            }

            using PptpSession session = new(options, line.Warnings, PptpPlace.System);
            return await session.RunAsync().ConfigureAwait(false);
        }
        catch (OptionException e)
        {
            Console.Error.WriteLine($"pptp: {e.Message}");
            if (e.ExitStatus == PptpOptionTable.UsageStatus)
            {
                Console.Error.Write(PptpUsage.Help);
            }

            return e.ExitStatus;
        }
        catch (TunnelException e)
        {
            Console.Error.WriteLine($"pptp: {e.Failure.Sentence}");
            return PptpExit.Failed;
        }
    }
}
