using System.Runtime.InteropServices;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;

namespace TunnelCore.Transport;

/// <summary>A call that the kernel carries. All that is counted of its packets is what the engine tells: link control and login.</summary>
/// <param name="call">Connected.</param>
/// <param name="statistics">Of the call; no other thread counts.</param>
/// <param name="control">Watches whether packets come.</param>
internal sealed class KernelLink(IKernelCall call, GreStatistics statistics, PptpControl control) : IKernelLink, IDisposable
{
    public SafeHandle Socket => call.Socket;

    public void HandedOver() => call.Dispose();

    public void Sent()
    {
        if (Interlocked.Increment(ref statistics.TxSent) == 1)
        {
            control.ExpectPackets();
        }
    }

    public void Received() => Interlocked.Increment(ref statistics.RxPackets);

    public void Dispose() => call.Dispose();
}
