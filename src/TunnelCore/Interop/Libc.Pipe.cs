using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    /// <summary>A close-on-exec pipe.</summary>
    public static unsafe (FileDescriptor Reader, FileDescriptor Writer) Pipe()
    {
        int* ends = stackalloc int[2];
        if (Pipe2(ends, CloseOnExec) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        return (new FileDescriptor(ends[0]), new FileDescriptor(ends[1]));
    }

    [LibraryImport(Name, EntryPoint = "pipe2", SetLastError = true)]
    private static unsafe partial int Pipe2(int* ends, int flags);
}
