namespace NmPlugin.Dialog;

/// <summary>Whether a standard descriptor is the caller's: when it was closed, the next file that the runtime opened has its number.</summary>
internal static class StandardDescriptor
{
    private const string Information = "/proc/self/fdinfo";
    private const int CloseOnExec = 0x80000;

    /// <summary>What came through exec cannot be marked close-on-exec; what the runtime opens always is.</summary>
    /// <param name="descriptor">0, 1 or 2.</param>
    public static bool IsInherited(int descriptor)
    {
        try
        {
            string? flags = File.ReadLines($"{Information}/{descriptor}").FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return flags is null || (Convert.ToInt32(flags["flags:".Length..].Trim(), fromBase: 8) & CloseOnExec) == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without /proc there is nothing to be learnt.
            return !Directory.Exists(Information);
        }
    }
}
