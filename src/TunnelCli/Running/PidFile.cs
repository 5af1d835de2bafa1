using System.Globalization;
using TunnelCore.Diagnostics;

namespace TunnelCli.Running;

/// <summary>A file with our process id, from now until Dispose.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string? _path;

    private PidFile(string? path) => _path = path;

    /// <param name="path">Null = none is wanted.</param>
    /// <exception cref="TunnelException">MissingFile: it exists, or cannot be made. It is never followed as a link, and never overwritten.</exception>
    public static PidFile Write(string? path)
    {
        if (path is null)
        {
            return new PidFile(null);
        }

        try
        {
            // O_CREAT | O_EXCL: fails for a link, too, even one that leads nowhere.
            using FileStream file = new(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            });
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            return new PidFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException(Cause.MissingFile, $"the pid file {path}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        if (_path is null)
        {
            return;
        }

        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its directory has gone.
        }
    }
}
