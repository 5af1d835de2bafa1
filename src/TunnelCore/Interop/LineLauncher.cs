using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>
/// Starts this program once more as the process at the master side of a new pty, and then lets the caller become the program for the
/// slave side.
/// </summary>
public sealed class LineLauncher : IDisposable
{
    /// <summary>Descriptors of the process at the master side: 0 the master, 1 and 2 as ours, then these.</summary>
    public const int ReadyDescriptor = 3;
    public const int SlaveDescriptor = 4;

    // Above those that the new process gets: none of its numbers is among ours.
    private const int OwnDescriptors = 10;

    private readonly FileDescriptor _ready;
    private readonly PtyPair _pty;
    private readonly int _pid;

    private LineLauncher(FileDescriptor ready, PtyPair pty, int pid)
    {
        (_ready, _pty, _pid) = (ready, pty, pid);
    }

    /// <summary>/dev/pts/N.</summary>
    public string SlavePath => _pty.SlavePath;

    /// <exception cref="Win32Exception">There is no pty, or the process cannot be started.</exception>
    public static LineLauncher Start(string name, IReadOnlyList<string> arguments)
    {
        (string path, IReadOnlyList<string> words) = SelfProgram.As(name);
        PtyPair pty = PtyPair.Open();
        (FileDescriptor reader, FileDescriptor writer) = Libc.Pipe();
        using (writer)
        using (FileDescriptor master = Libc.Duplicate((int)pty.Master.DangerousGetHandle(), OwnDescriptors))
        using (FileDescriptor slave = Libc.Duplicate((int)pty.Slave.DangerousGetHandle(), OwnDescriptors))
        using (FileDescriptor ready = Libc.Duplicate((int)writer.DangerousGetHandle(), OwnDescriptors))
        {
            try
            {
                FileDescriptor[] descriptors = [master, FileDescriptor.Borrow(1), FileDescriptor.Borrow(2), ready, slave];
                return new LineLauncher(reader, pty, PosixSpawn.Start(path, [.. words, .. arguments], SelfProgram.Variables, descriptors));
            }
            catch (Win32Exception)
            {
                reader.Dispose();
                pty.Dispose();
                throw;
            }
        }
    }

    /// <summary>Signals the process.</summary>
    public void Kill(int signal) => _ = Libc.Kill(_pid, signal);

    /// <summary>Waits until the process says that it is ready. Otherwise it has ended: its exit status, 128 and its number after a signal.</summary>
    public int? WaitReady()
    {
        Span<byte> said = stackalloc byte[1];
        int count;
        while ((count = Libc.Read(_ready, said)) == -Errno.EINTR)
        {
        }

        if (count == 1)
        {
            return null;
        }

        int status;
        while (!Libc.TryReap(_pid, out status))
        {
            _ = Libc.Poll([], 10);
        }

        return (status & 0x7F) == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F);
    }

    /// <summary>Becomes another program. Returns only when that fails: why.</summary>
    public static string Become(string path, IReadOnlyList<string> arguments) =>
        Marshal.GetPInvokeErrorMessage(Libc.Execute(path, [path, .. arguments], SelfProgram.Variables));

    public void Dispose()
    {
        _ready.Dispose();
        _pty.Dispose();
    }
}
