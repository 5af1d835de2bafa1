using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>Reads a file that the profile names.</summary>
internal static class TlsFile
{
    /// <summary>The whole file; throws TunnelException(MissingFile) with path and reason.</summary>
    public static byte[] Read(string path, int maxBytes)
    {
        string shown = PrintableText.From(path);
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (!file.CanSeek || file.Length > maxBytes)
            {
                throw new TunnelException(Cause.MissingFile, $"{shown}: not a file of at most {maxBytes >> 20} MiB");
            }
            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TunnelException(Cause.MissingFile, $"{shown}: {Reason(exception)}", exception);
        }
    }

    /// <summary>The files in a directory, at most <paramref name="max"/>; throws TunnelException(MissingFile).</summary>
    public static string[] List(string directory, int max)
    {
        try
        {
            return Directory.EnumerateFiles(directory).Take(max).ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(directory)}: {Reason(exception)}", exception);
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied, or a directory",
        _ => PrintableText.From(exception.Message),
    };
}
