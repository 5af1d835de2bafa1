using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>What a netlink socket and its addresses need, with ioctl(2) for an interface's name.</summary>
internal static partial class Libc
{
    internal const int AF_NETLINK = 16;
    internal const int NETLINK_ROUTE = 0;
    internal const nuint SIOCGIFNAME = 0x8910;
    internal const nuint SIOCGIFMTU = 0x8921;
    internal const int InterfaceNameSize = 16;
    internal const int InterfaceRequestSize = 40;

    /// <summary>With struct ifreq, <see cref="InterfaceRequestSize"/> bytes.</summary>
    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int InterfaceControl(FileDescriptor socket, nuint request, Span<byte> interfaceRequest);
}
