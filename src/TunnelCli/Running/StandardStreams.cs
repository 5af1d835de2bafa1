namespace TunnelCli.Running;

/// <summary>What the standard descriptors are.</summary>
internal static class StandardStreams
{
    /// <summary>Whether standard output and standard input are the same open file: then what is written there goes to pppd.</summary>
    public static bool OutputIsInput => Target(1) is { } output && output == Target(0);

    public static bool ErrorsAreTerminal => Target(2) is { } target && (target.StartsWith("/dev/pts/", StringComparison.Ordinal) || target.StartsWith("/dev/tty", StringComparison.Ordinal));

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
