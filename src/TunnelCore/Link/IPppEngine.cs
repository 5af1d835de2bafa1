using System.Threading.Channels;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;

namespace TunnelCore.Link;

/// <summary>A PPP client: pppd under our supervision, or the built-in one. Made for one connection, then disposed.</summary>
public interface IPppEngine : IAsyncDisposable
{
    /// <summary>Ends (completes) after <see cref="PppEvent.Ended"/>. One reader.</summary>
    ChannelReader<PppEvent> Events { get; }

    /// <summary>Whether it tells when the network protocols come up; one whose pppd is somebody else's does not know.</summary>
    bool ReportsNetwork => true;

    /// <summary>
    /// Does everything that needs no server yet (start pppd, open the interface), so that it runs while the transport connects.
    /// Throws <see cref="TunnelException"/> when the engine cannot run here.
    /// </summary>
    Task PrepareAsync(CancellationToken cancellation);

    /// <summary>Starts LCP. Frames to the server go to <paramref name="uplink"/>; the result takes those from the server.</summary>
    /// <param name="uplink">Valid until the engine has stopped.</param>
    /// <param name="path">What is known of the way to the server.</param>
    IFrameReceiver Start(IFrameSink uplink, PathTraits path = default);

    /// <summary>Starts LCP over a channel of the kernel.</summary>
    void Start(IKernelLink link, PathTraits path = default) => throw new TunnelException(Cause.NotSupported, "this PPP engine cannot use the kernel's data path");

    /// <summary>The transport has dealt with <see cref="PppEvent.Authenticated"/> (SSTP: Call Connected is written).</summary>
    void ConfirmAuthenticated();

    /// <summary>
    /// Takes the link down: LCP Terminate within <paramref name="budget"/>, then by force. Idempotent, works in every phase;
    /// on return the engine's process is reaped and its interface gone.
    /// </summary>
    Task StopAsync(TimeSpan budget);
}
