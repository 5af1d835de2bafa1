using Microsoft.Win32.SafeHandles;

namespace TunnelCli.Running;

/// <summary>What the standard descriptors are.</summary>
internal static class StandardStreams
{
    /// <summary>Whether standard output and standard input are the same open file: then what is written there goes to pppd.</summary>
    public static bool OutputIsInput => Target(1) is { } output && output == Target(0);

    public static bool ErrorsAreTerminal => Target(2) is { } target && (target.StartsWith("/dev/pts/", StringComparison.Ordinal) || target.StartsWith("/dev/tty", StringComparison.Ordinal));

    /// <summary>
    /// Standard error itself: the runtime's own writer duplicates the descriptor, and would hold a caller's pipe open after it was
    /// silenced.
    /// </summary>
    public static TextWriter OpenErrors()
    {
        try
        {
            FileStream stream = new(new SafeFileHandle(2, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return new StreamWriter(stream) { AutoFlush = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return TextWriter.Null;
        }
    }

    private static string? Target(int descriptor)
    {
        try
        {
            return new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
