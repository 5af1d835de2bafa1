using System.Net;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;

namespace TunnelCore.Link;

/// <summary>Carries PPP frames to a VPN server: SSTP over TLS, or PPTP. Made for one connection, then disposed.</summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>
    /// Connects up to the point where PPP may start. Throws <see cref="TunnelException"/> with the cause, or
    /// <see cref="OperationCanceledException"/> when <paramref name="cancellation"/> fired. What was reached is given up by
    /// <see cref="CloseAsync"/>.
    /// </summary>
    Task ConnectAsync(CancellationToken cancellation);

    /// <summary>The address that was connected to: the server's, or the proxy's. Valid after ConnectAsync.</summary>
    IPAddress ServerAddress { get; }

    /// <summary>
    /// Longest IP packet in the tunnel, in bytes, that still travels whole to the server, encryption included; null = any length, or
    /// not known. Valid after ConnectAsync.
    /// </summary>
    int? LargestPacket { get; }

    /// <summary>How long the server took to answer while the connection was made; null = not measured. Valid after ConnectAsync.</summary>
    TimeSpan? RoundTrip => null;

    /// <summary>Called when <see cref="LargestPacket"/> may have changed, on some thread; must not block. Set before ConnectAsync.</summary>
    Action? PathChanged { set; }

    /// <summary>Completes once, with the first reason why the transport is down. Never faults.</summary>
    Task<Failure> Completion { get; }

    /// <summary>
    /// Frames do not pass through this process: the kernel carries them, and neither <see cref="Uplink"/> nor <see cref="Start"/> are
    /// used. Null = they do. Valid after ConnectAsync.
    /// </summary>
    IKernelLink? KernelLink => null;

    /// <summary>Where the engine puts its frames. Valid after ConnectAsync.</summary>
    IFrameSink Uplink { get; }

    /// <summary>Starts to deliver frames. What arrived since ConnectAsync is delivered first, in order.</summary>
    void Start(IFrameReceiver downlink);

    /// <summary>
    /// PPP has authenticated. SSTP sends Call Connected with the crypto binding and lets network frames pass from here on;
    /// the message is written when the task completes.
    /// </summary>
    Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation);

    /// <summary>Says goodbye to the server within <paramref name="budget"/> and closes. Idempotent, works in every state.</summary>
    /// <param name="budget">For the whole goodbye.</param>
    /// <param name="why">For protocols that tell the server; null = no particular reason.</param>
    Task CloseAsync(TimeSpan budget, Failure? why = null);
}
