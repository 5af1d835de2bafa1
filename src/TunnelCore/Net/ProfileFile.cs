using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>Reads a file that the profile names, with the rights of this process or of one user.</summary>
internal static class ProfileFile
{
    private const int FirstRead = 64 * 1024;

    /// <summary>A network or user-space file system may never answer.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>The whole file; throws TunnelException(MissingFile) with path and reason.</summary>
    /// <param name="path">Absolute, or relative to the working directory.</param>
    /// <param name="maxBytes">Larger files are refused.</param>
    /// <param name="user">Login name whose rights count; null = this process's.</param>
    /// <param name="limit">How long the file system may take; null = 10 s.</param>
    public static byte[] Read(string path, int maxBytes, string? user = null, TimeSpan? limit = null)
    {
        (byte[]? bytes, string? reason) = ReadAside(path, maxBytes, user, limit ?? s_limit);
        return bytes ?? throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(path)}: {reason}");
    }

    /// <summary>As <see cref="Read"/>, on the caller's thread and without a limit: for directories of the system's with many files.</summary>
    public static byte[] ReadHere(string path, int maxBytes)
    {
        (byte[]? bytes, string? reason) = Open(path, maxBytes, "");
        return bytes ?? throw new TunnelException(Cause.MissingFile, $"{PrintableText.From(path)}: {reason}");
    }

    /// <summary>On a thread of its own, which takes the user's rights to its end, and which may hang.</summary>
    private static (byte[]? Bytes, string? Reason) ReadAside(string path, int maxBytes, string? user, TimeSpan limit)
    {
        (byte[]? Bytes, string? Reason) result = default;
        Thread reader = new(() => result = user is null ? Open(path, maxBytes, "") : ReadAs(path, maxBytes, user)) { IsBackground = true, Name = "file reader" };
        reader.Start();
        // A reader that hangs is left behind; it ends with the file system's own limit and hands nothing over.
        return reader.Join(limit) ? result : (null, $"not read within {limit.TotalSeconds:0} s");
    }

    private static (byte[]? Bytes, string? Reason) ReadAs(string path, int maxBytes, string user)
    {
        string shown = PrintableText.From(user);
        if (UserRights.Find(user) is not { } rights)
        {
            return (null, $"the profile belongs to user \"{shown}\", who is not known here");
        }
        return rights.Enter() is not 0 and var errno
            ? (null, $"the rights of user \"{shown}\" cannot be taken: {Marshal.GetPInvokeErrorMessage(errno)}")
            : Open(path, maxBytes, $" for user \"{shown}\", to whom the profile belongs");
    }

    private static (byte[]? Bytes, string? Reason) Open(string path, int maxBytes, string whose)
    {
        // A pipe would block the open, a terminal become ours.
        using FileDescriptor file = Libc.Open(path, Libc.ReadOnly | Libc.NonBlocking | Libc.NoControllingTerminal | Libc.CloseOnExec);
        if (file.IsInvalid)
        {
            return (null, Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError()).ToLowerInvariant() + whose);
        }
        if (Libc.GetStatus(file, out FileStatus status) is not 0 and var error)
        {
            return (null, Marshal.GetPInvokeErrorMessage(error).ToLowerInvariant());
        }
        return !status.IsRegular ? (null, "not a regular file")
            : status.Size > (ulong)maxBytes ? (null, $"larger than {maxBytes >> 10} KiB")
            : ReadToEnd(file, maxBytes);
    }

    /// <summary>The size is only a hint: the file may grow meanwhile.</summary>
    private static (byte[]? Bytes, string? Reason) ReadToEnd(FileDescriptor file, int maxBytes)
    {
        byte[] bytes = new byte[Math.Min(FirstRead, maxBytes + 1)];
        int length = 0;
        while (true)
        {
            int count = Libc.Read(file, bytes.AsSpan(length));
            if (count == -Errno.EINTR)
            {
                continue;
            }
            if (count < 0)
            {
                return (null, Marshal.GetPInvokeErrorMessage(-count).ToLowerInvariant());
            }
            length += count;
            if (count == 0 || length > maxBytes)
            {
                return length == 0 ? (null, "empty") : length > maxBytes ? (null, $"larger than {maxBytes >> 10} KiB") : (bytes[..length], null);
            }
            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(2L * bytes.Length, maxBytes + 1L));
            }
        }
    }
}
