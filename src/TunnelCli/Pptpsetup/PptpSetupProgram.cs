using System.Text.RegularExpressions;
using TunnelCli.Options;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Session;

namespace TunnelCli.Pptpsetup;

/// <summary>pptpsetup: makes the files of a PPTP tunnel for pppd, or removes them.</summary>
internal static partial class PptpSetupProgram
{
    private const string Directory = "/etc/ppp";

    public static string Usage =>
        "usage: pptpsetup --create TUNNEL --server SERVER [--domain DOMAIN] --username NAME\n"
        + "                 [--password PASSWORD] [--encrypt] [--start]\n"
        + "       pptpsetup --delete TUNNEL\n"
        + OptionHelp.Lines(PptpSetupOptions.Table);

    public static Task<int> RunAsync(string[] arguments) =>
        Task.FromResult(Run(arguments, new PptpSetupFiles(Directory), Console.In, Console.Out, Console.Error));

    public static int Run(string[] arguments, PptpSetupFiles files, TextReader input, TextWriter output, TextWriter errors)
    {
        try
        {
            PptpSetupOptions options = new();
            CommandLine line = new OptionParser<PptpSetupOptions>(PptpSetupOptions.Table, PptpSetupOptions.Grammar).Parse(arguments, options);
            CommandLineMemory.Blank(options.Password ?? "");
            if (line.Words.Count > 0)
            {
                throw Wrong($"what does {PrintableText.From(line.Words[0])} mean?");
            }

            return Run(options, files, input, output);
        }
        catch (OptionException e)
        {
            errors.WriteLine($"pptpsetup: {e.Message}\nTry 'pptpsetup --help'.");
            return e.ExitStatus;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or TunnelException)
        {
            errors.WriteLine($"pptpsetup: {e.Message}");
            return PptpSetupOptions.UsageStatus;
        }
    }

    private static int Run(PptpSetupOptions options, PptpSetupFiles files, TextReader input, TextWriter output)
    {
        switch (options)
        {
            case { Help: true }:
                output.Write(Usage);
                return 0;
            case { Create: { } tunnel }:
                Create(Named(tunnel), options, files, input, output);
                return options.Start ? Start(tunnel) : 0;
            case { Delete: { } tunnel }:
                files.Delete(Named(tunnel));
                return 0;
            default:
                throw Wrong("--create or --delete is wanted");
        }
    }

    private static void Create(string tunnel, PptpSetupOptions options, PptpSetupFiles files, TextReader input, TextWriter output)
    {
        if (!ServerEndpoint.TryParse(options.Server, 1723, out ServerEndpoint? server, out string? error))
        {
            throw Wrong($"invalid server: {error}");
        }

        if (string.IsNullOrEmpty(options.User) || (options.User + options.Domain).Any(char.IsControl))
        {
            throw Wrong("invalid username");
        }

        string user = string.IsNullOrEmpty(options.Domain) ? options.User : $"{options.Domain}\\{options.User}";
        string port = server.Port == 1723 ? "" : $" --port {server.Port}";
        files.Create(tunnel, server.HostHeader + port, user, options.Password ?? Ask(input, output), options.Encrypt);
    }

    private static string Ask(TextReader input, TextWriter output)
    {
        output.Write("Password: ");
        output.Flush();
        using (TerminalEcho.Off())
        {
            string password = input.ReadLine() ?? "";
            output.WriteLine();
            return password;
        }
    }

    /// <summary>pppd takes over; it returns when the tunnel is up or has failed.</summary>
    private static int Start(string tunnel)
    {
        string pppd = PppdProgram.Find();
        throw new IOException($"{pppd}: {LineLauncher.Become(pppd, ["call", tunnel, "updetach"])}");
    }

    private static string Named(string tunnel) => TunnelName().IsMatch(tunnel) ? tunnel : throw Wrong("invalid tunnel name: letters, digits and _ only");

    private static OptionException Wrong(string message) => new(message, PptpSetupOptions.UsageStatus);

    [GeneratedRegex(@"^\w+\z", RegexOptions.CultureInvariant)]
    private static partial Regex TunnelName();
}
