using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>Lists directories of certificates and revocation lists.</summary>
internal static class TlsDirectory
{
    /// <summary>The files in a directory that are not empty, at most <paramref name="max"/>; throws TunnelException(MissingFile).</summary>
    public static string[] List(string directory, int max)
    {
        try
        {
            return Directory.EnumerateFiles(directory).Where(path => RegularFileLengthOrZero(path) > 0).Take(max).ToArray();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(directory)}: {Reason(exception)}", exception);
        }
    }

    private static long RegularFileLength(string path)
    {
        FileInfo file = new(path);
        FileSystemInfo final = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        return final is FileInfo { Exists: true } regular ? regular.Length
            : Directory.Exists(path) ? throw new UnauthorizedAccessException()
            : throw new FileNotFoundException();
    }

    private static long RegularFileLengthOrZero(string path)
    {
        try
        {
            return RegularFileLength(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A dangling link among the hashed names hurts nobody.
            return 0;
        }
    }

    private static string Reason(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied, or a directory",
        _ => PrintableText.From(exception.Message),
    };
}
