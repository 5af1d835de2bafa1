using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace TunnelCore.Interop;

/// <summary>Takes the route away that pppd made to its peer (ioctl SIOCDELRT, netdevice(7) and linux/route.h).</summary>
internal static unsafe partial class PeerRoute
{
    private const nuint DeleteRoute = 0x890C;
    private const ushort Up = 1;
    private const ushort Host = 4;
    private const int DatagramSocket = 2;
    private const int InterfaceNameSize = 16;

    /// <returns>False when there was no such route, or it may not be taken away.</returns>
    public static bool Remove(string interfaceName, IPAddress destination)
    {
        byte* name = stackalloc byte[InterfaceNameSize];
        Span<byte> room = new(name, InterfaceNameSize);
        room.Clear();
        if (Encoding.UTF8.GetByteCount(interfaceName) >= InterfaceNameSize)
        {
            return false;
        }

        _ = Encoding.UTF8.GetBytes(interfaceName, room);
        RouteEntry route = new()
        {
            Destination = SocketAddress4.Of(BinaryPrimitives.ReadUInt32LittleEndian(destination.GetAddressBytes())),
            Mask = SocketAddress4.Of(uint.MaxValue),
            Flags = Up | Host,
            Device = name,
        };
        using FileDescriptor socket = Libc.Socket(Libc.AF_INET, DatagramSocket | Libc.SOCK_CLOEXEC, 0);
        return !socket.IsInvalid && Ioctl(socket, DeleteRoute, &route) == 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(FileDescriptor socket, nuint request, RouteEntry* route);

    /// <summary>struct sockaddr_in; the address as it lies in memory.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct SocketAddress4
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        public ulong Zero;

        public static SocketAddress4 Of(uint address) => new() { Family = Libc.AF_INET, Address = BitConverter.IsLittleEndian ? address : BinaryPrimitives.ReverseEndianness(address) };
    }

    /// <summary>struct rtentry.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct RouteEntry
    {
        public nuint Padding1;
        public SocketAddress4 Destination;
        public SocketAddress4 Gateway;
        public SocketAddress4 Mask;
        public ushort Flags;
        public short Padding2;
        public nuint Padding3;
        public void* Padding4;
        public short Metric;
        public byte* Device;
        public nuint Mtu;
        public nuint Window;
        public ushort RoundTrip;
    }
}
