using TunnelCli.Doctor;
using TunnelCli.Pptp;
using TunnelCli.Pptpsetup;
using TunnelCli.Running;
using TunnelCli.Sstpc;

namespace TunnelCli;

/// <summary>The programs in this executable, chosen by the name it was called by or by its first argument.</summary>
internal static class Programs
{
    private const int UsageError = 2;

    private static readonly Dictionary<string, Func<string[], Task<int>>> s_programs = new()
    {
        ["vpn-doctor"] = DoctorCommand.RunAsync,
        ["sstpc"] = SstpcProgram.RunAsync,
        ["pptp"] = PptpProgram.RunAsync,
        ["pptpsetup"] = PptpSetupProgram.RunAsync,
        [Cleaner.ProgramName] = _ => Cleaner.RunAsync(Console.In),
    };

    /// <param name="commandLine">argv with argv[0] as the caller wrote it.</param>
    public static Task<int> RunAsync(string[] commandLine)
    {
        string name = Path.GetFileName(commandLine[0]);
        if (s_programs.TryGetValue(name, out Func<string[], Task<int>>? program))
        {
            return program(commandLine[1..]);
        }

        if (commandLine.Length > 1 && s_programs.TryGetValue(commandLine[1], out program))
        {
            return program(commandLine[2..]);
        }

        Console.Error.WriteLine($"usage: vpn-tunnel {string.Join('|', s_programs.Keys)} ...");
        return Task.FromResult(UsageError);
    }
}
