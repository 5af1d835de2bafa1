using System.Globalization;

namespace TunnelCore.Pppd;

/// <summary>pppd's own pid file (pppN.pid), which a pppd that was killed cannot remove any more.</summary>
internal static class PppdPidFile
{
    private const string Directory = "/run";
    private const int LongestNumber = 16;

    /// <summary>Removes the file that holds <paramref name="pid"/>; a file of another pppd stays.</summary>
    public static void Remove(int pid, string directory = Directory)
    {
        try
        {
            foreach (string path in System.IO.Directory.EnumerateFiles(directory, "ppp*.pid"))
            {
                FileInfo file = new(path);
                if (file.Length <= LongestNumber
                    && int.TryParse(File.ReadAllText(path).AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int owner)
                    && owner == pid)
                {
                    file.Delete();
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover file harms nobody; the next pppd overwrites it.
        }
    }
}
