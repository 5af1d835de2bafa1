using System.Runtime.InteropServices;

namespace TunnelCore.Link;

/// <summary>
/// Frames that the kernel carries between the server and the interface: what a transport has for an engine that can use it, and what
/// the engine tells in return, because nobody else sees those frames. Any thread.
/// </summary>
public interface IKernelLink
{
    /// <summary>
    /// A socket that is a PPP channel of the kernel (AF_PPPOX), connected. Who holds a copy keeps the channel alive.
    /// </summary>
    SafeHandle Socket { get; }

    /// <summary>The engine's process has its copy: the transport gives up its own.</summary>
    void HandedOver();

    /// <summary>The engine has sent an LCP packet to the server.</summary>
    void Sent();

    /// <summary>A packet of link control or authentication has come from the server.</summary>
    void Received();
}
