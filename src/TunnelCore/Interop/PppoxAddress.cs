using System.Net;
using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>
/// struct sockaddr_pppox for PPTP (linux/if_pppox.h): packed, 30 bytes.
/// <code>
/// 0  u16 family, AF_PPPOX     host order
/// 2  u32 protocol, PPTP       host order
/// 6  u16 call ID              host order
/// 8  u16 padding
/// 10 IPv4 address             network order
/// 14 zero
/// </code>
/// </summary>
internal static class PppoxAddress
{
    public const int AF_PPPOX = 24;
    public const int PX_PROTO_PPTP = 2;
    public const int Size = 30;

    private const int CallIdOffset = 6;
    private const int AddressOffset = 10;
    private const int AddressSize = 4;

    /// <param name="to">Room for <see cref="Size"/> bytes.</param>
    /// <param name="address">IPv4.</param>
    /// <param name="callId">Of the call, at the side of that address.</param>
    public static void Write(Span<byte> to, IPAddress address, ushort callId)
    {
        to = to[..Size];
        to.Clear();
        ushort family = AF_PPPOX;
        uint protocol = PX_PROTO_PPTP;
        MemoryMarshal.Write(to, in family);
        MemoryMarshal.Write(to[sizeof(ushort)..], in protocol);
        MemoryMarshal.Write(to[CallIdOffset..], in callId);
        if (!address.TryWriteBytes(to[AddressOffset..], out int written) || written != AddressSize)
        {
            throw new ArgumentException($"{address} is no IPv4 address.", nameof(address));
        }
    }
}
