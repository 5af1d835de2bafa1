using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace TestServers.Interop;

/// <summary>
/// A raw pty pair. The slave stays open here until <see cref="ReleaseSlave"/>, so that the master does not
/// report an end before the other program has opened it.
/// </summary>
internal sealed unsafe class PseudoTerminal : IDisposable
{
    private readonly SafeFileHandle _master;
    private readonly SafeFileHandle _slave;

    public PseudoTerminal()
    {
        _master = Check(Libc.posix_openpt(Libc.ReadWrite | Libc.NoControllingTerminal | Libc.NonBlocking | Libc.CloseOnExec));
        byte* name = stackalloc byte[128];
        if (Libc.grantpt(_master) != 0 || Libc.unlockpt(_master) != 0 || Libc.ptsname_r(_master, name, 128) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        SlavePath = Encoding.ASCII.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
        _slave = Check(Libc.open(SlavePath, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.CloseOnExec));
        byte* termios = stackalloc byte[256];
        if (Libc.tcgetattr(_slave, termios) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
        Libc.cfmakeraw(termios);
        if (Libc.tcsetattr(_slave, 0, termios) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public string SlavePath { get; }

    public void ReleaseSlave() => _slave.Dispose();

    /// <summary>Bytes read; 0 when none are there now; -1 when the other side is gone.</summary>
    public int Read(Span<byte> buffer)
    {
        fixed (byte* p = buffer)
        {
            return Result(Libc.read(_master, p, (nuint)buffer.Length));
        }
    }

    /// <summary>Waits until there is something to read (or the other side is gone).</summary>
    public bool WaitReadable(int milliseconds) => Wait(Libc.PollIn, milliseconds);

    /// <summary>Writes all, waiting for room; false when the other side is gone.</summary>
    public bool Write(ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            int done = 0;
            while (done < data.Length)
            {
                int n = Result(Libc.write(_master, p + done, (nuint)(data.Length - done)));
                if (n < 0 || (n == 0 && !Wait(Libc.PollOut, 10_000)))
                {
                    return false;
                }
                done += n;
            }
        }
        return true;
    }

    public void Dispose()
    {
        _slave.Dispose();
        _master.Dispose();
    }

    private bool Wait(short events, int milliseconds)
    {
        bool held = false;
        try
        {
            _master.DangerousAddRef(ref held);
            Libc.PollFd fd = new() { Fd = (int)_master.DangerousGetHandle(), Events = events };
            return Libc.poll(&fd, 1, milliseconds) != 0;
        }
        finally
        {
            if (held)
            {
                _master.DangerousRelease();
            }
        }
    }

    private static int Result(nint n)
    {
        if (n > 0)
        {
            return (int)n;
        }
        return n < 0 && Marshal.GetLastPInvokeError() is Libc.Again or Libc.Interrupted ? 0 : -1;
    }

    private static SafeFileHandle Check(SafeFileHandle handle) =>
        handle.IsInvalid ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : handle;
}
