using System.Globalization;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Pppd;

/// <summary>A private directory (0700) of one connection below the run root, named PID-N; gone with Dispose.</summary>
internal sealed class PppdRunDirectory : IDisposable
{
    private const int MaxSocketPath = 107; // sun_path with its terminator
    private static int s_number;

    private PppdRunDirectory(string path) => Path = path;

    public string Path { get; }

    public string SocketPath => System.IO.Path.Combine(Path, "callback");

    public static PppdRunDirectory Create(string root, ILogger logger)
    {
        string path = System.IO.Path.Combine(
            root, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref s_number)}"));
        try
        {
            MakeRoot(root);
            RemoveStale(root, logger);
            // Left by an earlier process with our id, if it exists: nobody else can write to the root.
            Remove(path);
            Libc.MakePrivateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException(Cause.EngineNotStarted, $"no directory for its socket: {e.Message}", e);
        }

        PppdRunDirectory directory = new(path);
        if (System.Text.Encoding.UTF8.GetByteCount(directory.SocketPath) > MaxSocketPath)
        {
            directory.Dispose();
            throw new TunnelException(Cause.EngineNotStarted, $"the path of its socket is too long: {directory.SocketPath}");
        }

        return directory;
    }

    public void Dispose()
    {
        try
        {
            Remove(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run tries again.
        }
    }

    private static void MakeRoot(string root)
    {
        try
        {
            if (!Directory.Exists(root))
            {
                Libc.MakePrivateDirectory(root);
            }
        }
        catch (IOException) when (Directory.Exists(root))
        {
            // Another process was faster.
        }
    }

    /// <summary>Removes what processes have left that are gone.</summary>
    private static void RemoveStale(string root, ILogger logger)
    {
        foreach (string path in Directory.EnumerateDirectories(root))
        {
            string[] parts = System.IO.Path.GetFileName(path).Split('-');
            if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                || pid <= 0 || Libc.ProcessExists(pid))
            {
                continue;
            }

            try
            {
                Remove(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                PppdLog.StaleDirectory(logger, path, e.Message);
            }
        }
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
