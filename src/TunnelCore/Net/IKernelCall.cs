using System.Net;
using System.Runtime.InteropServices;

namespace TunnelCore.Net;

/// <summary>One call whose packets the kernel carries.</summary>
internal interface IKernelCall : IDisposable
{
    /// <summary>A PPP channel once it is connected. Whoever holds a copy keeps it alive.</summary>
    SafeHandle Socket { get; }

    /// <summary>Makes it a PPP channel. Packets that come before are dropped by the kernel.</summary>
    /// <param name="server">IPv4.</param>
    /// <param name="serverCallId">The server's call ID; 0 is one like any other.</param>
    /// <returns>0, or errno: EALREADY when this kernel has that call already.</returns>
    int Connect(IPAddress server, ushort serverCallId);
}
