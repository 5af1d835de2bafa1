using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TestServers.Pptp;

/// <summary>A network namespace of the test's own, with loopback up; deleted with everything in it. Needs root and iproute2.</summary>
internal sealed partial class NetworkNamespace : IDisposable
{
    private const int CloneNewNet = 0x40000000;
    private const int ReadOnlyCloseOnExec = 0x80000;

    private static int s_count;

    private readonly string _name = $"nmvpn-test-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";

    public NetworkNamespace()
    {
        Ip($"netns add {_name}");
        Inside("link set lo up");
    }

    /// <summary>Joins two namespaces by a veth pair, eth0 on both sides.</summary>
    public static void Join(NetworkNamespace a, string addressOfA, NetworkNamespace b, string addressOfB)
    {
        Ip($"-n {a._name} link add eth0 type veth peer name eth0 netns {b._name}");
        foreach ((NetworkNamespace side, string address) in new[] { (a, addressOfA), (b, addressOfB) })
        {
            side.Inside($"addr add {address} dev eth0");
            side.Inside("link set eth0 up");
        }
    }

    /// <summary>Runs ip(8) inside.</summary>
    public void Inside(string arguments) => Ip($"-n {_name} {arguments}");

    /// <summary>
    /// Runs a function on a thread inside; what it opens stays inside. It must do its work on that thread: threads that it starts
    /// are inside for ever.
    /// </summary>
    public T Run<T>(Func<T> function)
    {
        T result = default!;
        Exception? error = null;
        Thread thread = new(() =>
        {
            try
            {
                Enter();
                result = function();
            }
            catch (Exception e)
            {
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        return error is null ? result : throw new InvalidOperationException(error.Message, error);
    }

    public void Dispose() => Ip($"netns del {_name}");

    private void Enter()
    {
        int fd = OpenFile($"/run/netns/{_name}", ReadOnlyCloseOnExec);
        if (fd < 0 || SetNamespace(fd, CloneNewNet) < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        _ = CloseFile(fd);
    }

    private static void Ip(string arguments)
    {
        using Process ip = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        string error = ip.StandardError.ReadToEnd();
        ip.WaitForExit();
        if (ip.ExitCode != 0)
        {
            throw new InvalidOperationException($"ip {arguments}: {error}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(int fd, int type);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int fd);
}
