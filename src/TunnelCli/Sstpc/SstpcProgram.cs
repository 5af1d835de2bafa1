using TunnelCli.Options;
using TunnelCli.Running;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCli.Sstpc;

/// <summary>sstpc: an SSTP client that starts pppd, or that pppd starts.</summary>
internal static class SstpcProgram
{
    private const string ProxyVariable = "http_proxy";

    public static async Task<int> RunAsync(string[] arguments)
    {
        SstpcOptions options = new();
        try
        {
            CommandLine line = Parse(arguments, options);
            if (options.Help || options.Version)
            {
                Console.Out.Write(options.Help ? SstpcUsage.Help : SstpcUsage.Version);
                return SstpcExit.Ok;
            }

            Check(options);
            using SstpcSession session = new(options, line.Warnings, SstpcPlace.System);
            return await session.RunAsync().ConfigureAwait(false);
        }
        catch (OptionException e)
        {
            Complain(e.Message);
            Console.Error.WriteLine("Try 'sstpc --help'.");
            return e.ExitStatus;
        }
        catch (TunnelException e)
        {
            Complain(e.Failure.Sentence);
            return e.Failure.Info.ExitStatus == SstpcExit.Ok ? SstpcExit.Failed : e.Failure.Info.ExitStatus;
        }
    }

    private static CommandLine Parse(string[] arguments, SstpcOptions options)
    {
        try
        {
            return SstpcOptionTable.Parse(arguments, options);
        }
        finally
        {
            // Others see the command line: what is secret in it goes, even when the rest makes no sense.
            HideSecrets(arguments);
            options.Proxy ??= Environment.GetEnvironmentVariable(ProxyVariable) is { Length: > 0 } proxy ? proxy : null;
        }
    }

    private static void HideSecrets(string[] arguments)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            foreach (string name in (ReadOnlySpan<string>)["--pas", "--pro"])
            {
                if (arguments[i].StartsWith(name, StringComparison.Ordinal))
                {
                    int equals = arguments[i].IndexOf('=', StringComparison.Ordinal);
                    string secret = equals >= 0 ? arguments[i][(equals + 1)..] : i + 1 < arguments.Length ? arguments[i + 1] : "";
                    CommandLineMemory.Blank(secret);
                }
            }
        }
    }

    private static void Check(SstpcOptions options)
    {
        if (options.Server is null)
        {
            throw new OptionException("no server is given", SstpcOptionTable.UsageStatus);
        }

        if (options.SaveServerRoute && !Privileges.AreRoots)
        {
            throw new OptionException("Can only save server route when run as root", SstpcOptionTable.UsageStatus);
        }
    }

    private static void Complain(string message)
    {
        if (!StandardStreams.OutputIsInput)
        {
            Console.Out.WriteLine($"**Error: {message}, (-1)");
        }

        Console.Error.WriteLine($"sstpc: {message}");
    }
}
