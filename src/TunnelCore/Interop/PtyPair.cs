using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace TunnelCore.Interop;

/// <summary>
/// A pseudo terminal in raw mode. The master does not block; the slave stays open here until another process has it, because
/// a master without a slave reads EIO.
/// </summary>
internal sealed partial class PtyPair : IDisposable
{
    private const int TermiosBytes = 256;
    private const int PathBytes = 64;

    private PtyPair(FileDescriptor master, FileDescriptor slave, string slavePath)
    {
        Master = master;
        Slave = slave;
        SlavePath = slavePath;
    }

    public FileDescriptor Master { get; }

    public FileDescriptor Slave { get; }

    /// <summary>/dev/pts/N.</summary>
    public string SlavePath { get; }

    public static PtyPair Open()
    {
        FileDescriptor master = PosixOpenPt(Libc.ReadWrite | Libc.NoControllingTerminal | Libc.CloseOnExec | Libc.NonBlocking);
        FileDescriptor? slave = null;
        try
        {
            if (master.IsInvalid || GrantPt(master) < 0 || UnlockPt(master) < 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            string path = SlaveName(master);
            slave = Libc.Open(path, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.CloseOnExec);
            if (slave.IsInvalid)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            MakeRaw(slave);
            return new PtyPair(master, slave, path);
        }
        catch
        {
            master.Dispose();
            slave?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Slave.Dispose();
        Master.Dispose();
    }

    private static unsafe string SlaveName(FileDescriptor master)
    {
        byte* path = stackalloc byte[PathBytes];
        int error = PtsName(master, path, PathBytes);
        return error == 0
            ? Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path))
            : throw new Win32Exception(error);
    }

    private static unsafe void MakeRaw(FileDescriptor terminal)
    {
        // struct termios has 60 bytes on Linux; the buffer is larger than any.
        byte* termios = stackalloc byte[TermiosBytes];
        if (TcGetAttr(terminal, termios) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        CfMakeRaw(termios);
        if (TcSetAttr(terminal, 0, termios) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial FileDescriptor PosixOpenPt(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int GrantPt(FileDescriptor master);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int UnlockPt(FileDescriptor master);

    [LibraryImport("libc", EntryPoint = "ptsname_r")]
    private static unsafe partial int PtsName(FileDescriptor master, byte* name, nuint size);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static unsafe partial int TcGetAttr(FileDescriptor terminal, byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static unsafe partial int TcSetAttr(FileDescriptor terminal, int when, byte* termios);

    [LibraryImport("libc", EntryPoint = "cfmakeraw")]
    private static unsafe partial void CfMakeRaw(byte* termios);
}
