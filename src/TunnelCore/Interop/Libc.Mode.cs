using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    private const uint OwnerOnlyDirectory = 0x1C0; // 0700
    private const uint PublicDirectory = 0x1ED; // 0755
    private const uint OwnerOnlyFile = 0x180; // 0600

    /// <summary>Makes a directory with mode 0700.</summary>
    public static void MakePrivateDirectory(string path)
    {
        if (MakeDirectory(path, OwnerOnlyDirectory) < 0)
        {
            throw new IOException($"{path}: {Errno.Last}");
        }
    }

    /// <summary>Makes a directory with mode 0755, whatever the umask.</summary>
    public static void MakePublicDirectory(string path)
    {
        if (MakeDirectory(path, PublicDirectory) < 0 || ChangeMode(path, PublicDirectory) < 0)
        {
            throw new IOException($"{path}: {Errno.Last}");
        }
    }

    /// <summary>Gives a file mode 0600.</summary>
    public static void MakePrivateFile(string path)
    {
        if (ChangeMode(path, OwnerOnlyFile) < 0)
        {
            throw new IOException($"{path}: {Errno.Last}");
        }
    }

    [LibraryImport(Name, EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport(Name, EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeMode(string path, uint mode);
}
