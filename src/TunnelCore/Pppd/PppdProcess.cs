using System.ComponentModel;
using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Pppd;

/// <summary>pppd as our child: started without a shell, signalled only while it is ours, reaped.</summary>
internal sealed class PppdProcess : IDisposable
{
    // pppd needs none of our environment; its scripts get one that it makes itself.
    private static readonly string[] s_environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C"];
    private readonly Lock _lock = new();
    private bool _reaped;

    private PppdProcess(int pid, FileDescriptor log)
    {
        Pid = pid;
        Log = log;
        Descriptor = Libc.OpenPidDescriptor(pid);
    }

    public int Pid { get; }

    /// <summary>Polls readable when pppd has ended; invalid on kernels without it.</summary>
    public FileDescriptor Descriptor { get; }

    /// <summary>Read end of what pppd writes to its standard output and error.</summary>
    public FileDescriptor Log { get; }

    /// <summary>Exit status; 0 after a signal.</summary>
    public int ExitStatus { get; private set; }

    /// <summary>The signal that killed it, or 0.</summary>
    public int Signal { get; private set; }

    /// <param name="path">Of pppd.</param>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="inherited">Files that it finds as /proc/self/fd/3 and up.</param>
    /// <param name="preload">A library whose symbols come before those of pppd's libraries; null = none.</param>
    public static PppdProcess Start(string path, IReadOnlyList<string> arguments, IReadOnlyList<FileDescriptor> inherited, string? preload = null)
    {
        string[] environment = preload is null ? s_environment : [.. s_environment, $"LD_PRELOAD={preload}"];
        using FileDescriptor nothing = Libc.Open("/dev/null", Libc.ReadWrite | Libc.CloseOnExec);
        if (nothing.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        (FileDescriptor reader, FileDescriptor writer) = Libc.Pipe();
        using (writer)
        {
            try
            {
                return new PppdProcess(PosixSpawn.Start(path, [path, .. arguments], environment, nothing, writer, inherited), reader);
            }
            catch (Win32Exception e)
            {
                reader.Dispose();
                Cause cause = e.NativeErrorCode == Errno.ENOENT ? Cause.EngineMissing : Cause.EngineNotStarted;
                throw new TunnelException(cause, $"{path}: {Marshal.GetPInvokeErrorMessage(e.NativeErrorCode)}", e);
            }
        }
    }

    /// <summary>Sends a signal unless the child has been reaped: its id may be somebody else's by then.</summary>
    public void Kill(int signal)
    {
        lock (_lock)
        {
            if (!_reaped)
            {
                _ = Libc.Kill(Pid, signal);
            }
        }
    }

    /// <summary>True once the child has ended; does not wait.</summary>
    public bool TryReap()
    {
        lock (_lock)
        {
            if (!_reaped && Libc.TryReap(Pid, out int status))
            {
                _reaped = true;
                Signal = status & 0x7F;
                ExitStatus = Signal == 0 ? (status >> 8) & 0xFF : 0;
            }

            return _reaped;
        }
    }

    public void Dispose()
    {
        Descriptor.Dispose();
        Log.Dispose();
    }
}
