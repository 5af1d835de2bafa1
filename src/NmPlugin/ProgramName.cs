using System.Text;

namespace NmPlugin;

/// <summary>argv[0] as the caller wrote it.</summary>
internal static class ProgramName
{
    /// <summary>The runtime's own answer is the path of the assembly when the program is not compiled ahead of time; the kernel knows.</summary>
    public static string Read()
    {
        try
        {
            byte[] commandLine = File.ReadAllBytes("/proc/self/cmdline");
            int end = Array.IndexOf(commandLine, (byte)0);
            return Encoding.UTF8.GetString(commandLine, 0, end < 0 ? commandLine.Length : end);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Environment.GetCommandLineArgs()[0];
        }
    }
}
