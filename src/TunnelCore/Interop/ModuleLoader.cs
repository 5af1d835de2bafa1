using System.ComponentModel;

namespace TunnelCore.Interop;

/// <summary>Has modprobe(8) load a kernel module.</summary>
internal static class ModuleLoader
{
    private const int WithoutPidDescriptor = 20;
    private static readonly string[] s_modprobe = ["/sbin/modprobe", "/usr/sbin/modprobe"];

    /// <summary>True when modprobe says that it is loaded. Waits no longer than <paramref name="limit"/>; throws nothing.</summary>
    public static bool TryLoad(string module, TimeSpan limit)
    {
        if (Libc.EffectiveUser() != 0 || Array.Find(s_modprobe, File.Exists) is not { } modprobe)
        {
            return false;
        }

        try
        {
            using FileDescriptor nothing = Libc.Open("/dev/null", Libc.ReadWrite | Libc.CloseOnExec);
            int pid = PosixSpawn.Start(modprobe, [modprobe, "-q", module], ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"], nothing, nothing, []);
            return Wait(pid, limit) == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <returns>The raw status of wait(2); of a killed child where it took too long.</returns>
    private static int Wait(int pid, TimeSpan limit)
    {
        using FileDescriptor process = Libc.OpenPidDescriptor(pid);
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        bool killed = false;
        int status;
        while (!Libc.TryReap(pid, out status))
        {
            long left = end - Environment.TickCount64;
            if (left <= 0 && !killed)
            {
                killed = true;
                _ = Libc.Kill(pid, Libc.SignalKill);
            }

            int wait = process.IsInvalid ? WithoutPidDescriptor : killed ? -1 : (int)left;
            _ = Libc.Poll([new PollEntry(process, PollEvents.In)], wait);
        }

        return status;
    }
}
