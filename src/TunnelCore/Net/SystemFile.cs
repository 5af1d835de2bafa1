using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>Reads a file of the system's configuration: only root (or whoever runs this process) may have written it.</summary>
public static class SystemFile
{
    /// <returns>The bytes; null when there is no such file.</returns>
    /// <exception cref="TunnelException">BadSettings with the path and what is wrong.</exception>
    public static byte[]? Read(string path, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(path);
        using FileDescriptor file = Libc.Open(path, Libc.ReadOnly | Libc.NonBlocking | Libc.NoControllingTerminal | Libc.CloseOnExec);
        if (file.IsInvalid)
        {
            int errno = Marshal.GetLastPInvokeError();
            return errno == Errno.ENOENT ? null : throw Wrong(path, Marshal.GetPInvokeErrorMessage(errno).ToLowerInvariant());
        }
        int error = Libc.GetStatus(file, out FileStatus status);
        string? complaint = error != 0 ? Marshal.GetPInvokeErrorMessage(error).ToLowerInvariant()
            : !status.IsRegular ? "not a regular file"
            : status.Owner != 0 && status.Owner != Libc.EffectiveUser() ? $"belongs to user {status.Owner}, not to root"
            : status.IsWritableByOthers ? "can be written by others than its owner"
            : status.Size > (ulong)maxBytes ? $"larger than {maxBytes >> 10} KiB"
            : null;
        return complaint is null ? ReadAll(file, path, (int)status.Size) : throw Wrong(path, complaint);
    }

    private static byte[] ReadAll(FileDescriptor file, string path, int size)
    {
        byte[] bytes = new byte[size];
        int length = 0;
        while (length < size)
        {
            int count = Libc.Read(file, bytes.AsSpan(length));
            if (count < 0 && count != -Errno.EINTR)
            {
                throw Wrong(path, Marshal.GetPInvokeErrorMessage(-count).ToLowerInvariant());
            }
            if (count == 0)
            {
                break;
            }
            length += Math.Max(count, 0);
        }
        return bytes[..length];
    }

    private static TunnelException Wrong(string path, string complaint) => new(Cause.BadSettings, $"{PrintableText.From(path)}: {complaint}");
}
