using System.Net;

namespace TunnelCore.Net;

/// <summary>The kernel's own PPTP data path (AF_PPPOX, PX_PROTO_PPTP); the edge that tests replace.</summary>
internal interface IKernelPath
{
    /// <summary>Null when this kernel can carry a PPTP call, else why not, in words.</summary>
    string? WhyNot { get; }

    /// <summary>Takes a call ID; it is one for the whole kernel, other network namespaces included.</summary>
    /// <param name="local">Our end of the control connection, IPv4.</param>
    /// <param name="callId">Our call ID, 1..65535.</param>
    /// <param name="errno">EBUSY when the call ID is taken; 0 with a result.</param>
    /// <returns>Null with errno.</returns>
    IKernelCall? TryOpen(IPAddress local, ushort callId, out int errno);
}
