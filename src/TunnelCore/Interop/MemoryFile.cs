using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>A file that has no name and never touches a disk: for a child process that reads files only. Sealed: nobody changes it.</summary>
internal static partial class MemoryFile
{
    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const int AddSeals = 1033;
    private const int AllSeals = 0xF; // seal, shrink, grow, write
    private const int DuplicateCloseOnExec = 1030;

    /// <summary>Above what a child gets its own files at: duplicating one must not close another.</summary>
    private const int LowestNumber = 64;

    /// <param name="name">For /proc only.</param>
    /// <param name="content">Copied into the kernel; the caller wipes its own.</param>
    public static FileDescriptor Create(string name, ReadOnlySpan<byte> content)
    {
        using FileDescriptor low = Make(name, CloseOnExec | AllowSealing);
        FileDescriptor file = low.IsInvalid ? throw Failed("memfd_create") : Duplicate(low, DuplicateCloseOnExec, LowestNumber);
        if (file.IsInvalid)
        {
            throw Failed("fcntl");
        }

        while (!content.IsEmpty)
        {
            int written = Libc.Write(file, content);
            if (written <= 0)
            {
                file.Dispose();
                throw new IOException($"memory file: {Marshal.GetPInvokeErrorMessage(-written)}");
            }

            content = content[written..];
        }

        if (Libc.Fcntl(file, AddSeals, AllSeals) < 0)
        {
            IOException error = Failed("seal");
            file.Dispose();
            throw error;
        }

        return file;
    }

    private static IOException Failed(string call) => new($"{call}: {Errno.Last}");

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial FileDescriptor Make(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial FileDescriptor Duplicate(FileDescriptor file, int command, int lowest);
}
