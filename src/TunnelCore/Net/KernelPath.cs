using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>The running kernel's PPTP, looked for once.</summary>
internal sealed class KernelPath : IKernelPath
{
    private const string Device = "/dev/ppp";

    /// <summary>modprobe takes milliseconds; a disk that sleeps takes longer.</summary>
    private static readonly TimeSpan s_moduleLimit = TimeSpan.FromSeconds(3);

    private readonly Lazy<string?> _whyNot = new(Look);

    public string? WhyNot => _whyNot.Value;

    public IKernelCall? TryOpen(IPAddress local, ushort callId, out int errno) => KernelCall.TryOpen(local, callId, out errno);

    private static string? Look()
    {
        if (KernelCall.Probe() != 0)
        {
            // The kernel may not load modules by itself, or not know the alias.
            ModuleLoader.TryLoad("pptp", s_moduleLimit);
            int errno = KernelCall.Probe();
            if (errno != 0)
            {
                return $"no kernel module pptp ({Marshal.GetPInvokeErrorMessage(errno)})";
            }
        }

        return File.Exists(Device) ? null : $"{Device} is missing";
    }
}
