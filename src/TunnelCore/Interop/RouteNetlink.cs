using System.Runtime.InteropServices;
using System.Text;

namespace TunnelCore.Interop;

/// <summary>The kernel's IPv4 routes over netlink (rtnetlink(7)): asks for one, and hears that something has changed.</summary>
internal static class RouteNetlink
{
    private const int AddressSize = 4;

    /// <summary>Routes; and links, whose going down takes routes along without a word about each.</summary>
    private const uint Groups = 0x40 | 0x1;

    /// <summary>A socket that becomes readable with every change. Invalid, with errno, when there is none to be had.</summary>
    public static FileDescriptor Subscribe()
    {
        FileDescriptor socket = Open();
        Span<byte> address = stackalloc byte[12];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Libc.AF_NETLINK);
        MemoryMarshal.Write(address[8..], Groups);
        if (!socket.IsInvalid && Libc.Bind(socket, address, (uint)address.Length) < 0)
        {
            socket.Dispose();
            return new FileDescriptor();
        }

        return socket;
    }

    /// <summary>A socket to ask with.</summary>
    public static FileDescriptor Open() =>
        Libc.Socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC | Libc.SOCK_NONBLOCK, Libc.NETLINK_ROUTE);

    /// <summary>By which interface a packet would leave, and how long it may be.</summary>
    /// <param name="socket">From <see cref="Open"/>; its network namespace is the one that answers.</param>
    /// <param name="destination">IPv4 address, 4 bytes.</param>
    /// <param name="source">IPv4 address, 4 bytes.</param>
    /// <param name="interfaceIndex">The interface, 0 when there is none.</param>
    /// <param name="mtu">What the route or a router's message has taught, in bytes; 0 = nothing, the interface's own counts.</param>
    /// <returns>0, or errno: there is no route.</returns>
    public static int Lookup(FileDescriptor socket, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> source, out int interfaceIndex, out int mtu)
    {
        interfaceIndex = mtu = 0;
        Span<byte> request = stackalloc byte[RouteMessage.HeaderSize + RouteMessage.RouteSize + (2 * (RouteMessage.AttributeHeader + AddressSize))];
        WriteRequest(request, destination, source);
        if (Libc.Send(socket, request, (nuint)request.Length, Libc.MSG_NOSIGNAL) < 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        // The kernel answers before send returns.
        Span<byte> reply = stackalloc byte[1024];
        nint count = Libc.Recv(socket, reply, (nuint)reply.Length, Libc.MSG_DONTWAIT);
        return count < 0 ? Marshal.GetLastPInvokeError() : ReadReply(reply[..(int)count], out interfaceIndex, out mtu);
    }

    /// <summary>The name of an interface in the socket's namespace; null when it is gone.</summary>
    public static string? NameOf(FileDescriptor socket, int interfaceIndex)
    {
        Span<byte> request = stackalloc byte[Libc.InterfaceRequestSize];
        request.Clear();
        MemoryMarshal.Write(request[Libc.InterfaceNameSize..], interfaceIndex);
        if (Libc.InterfaceControl(socket, Libc.SIOCGIFNAME, request) < 0)
        {
            return null;
        }

        int end = request[..Libc.InterfaceNameSize].IndexOf((byte)0);
        return end > 0 ? Encoding.UTF8.GetString(request[..end]) : null;
    }

    /// <summary>MTU of an interface in the socket's namespace; 0 when it is gone.</summary>
    public static int MtuOf(FileDescriptor socket, string interfaceName)
    {
        Span<byte> request = stackalloc byte[Libc.InterfaceRequestSize];
        request.Clear();
        return Encoding.UTF8.TryGetBytes(interfaceName, request[..(Libc.InterfaceNameSize - 1)], out _)
            && Libc.InterfaceControl(socket, Libc.SIOCGIFMTU, request) == 0
            ? MemoryMarshal.Read<int>(request[Libc.InterfaceNameSize..])
            : 0;
    }

    /// <summary>The interface, the MTU or the error of a reply; EPROTO for bytes that are no reply.</summary>
    internal static int ReadReply(ReadOnlySpan<byte> reply, out int interfaceIndex, out int mtu)
    {
        const int EPROTO = 71;
        interfaceIndex = mtu = 0;
        if (reply.Length < RouteMessage.HeaderSize + AddressSize)
        {
            return EPROTO;
        }

        ushort type = MemoryMarshal.Read<ushort>(reply[4..]);
        if (type == RouteMessage.Error)
        {
            return -MemoryMarshal.Read<int>(reply[RouteMessage.HeaderSize..]);
        }

        if (type != RouteMessage.NewRoute || reply.Length < RouteMessage.HeaderSize + RouteMessage.RouteSize)
        {
            return EPROTO;
        }

        ReadOnlySpan<byte> attributes = reply[(RouteMessage.HeaderSize + RouteMessage.RouteSize)..];
        interfaceIndex = ReadNumber(RouteMessage.Find(attributes, RouteMessage.AttributeInterface));
        mtu = ReadNumber(RouteMessage.Find(RouteMessage.Find(attributes, RouteMessage.AttributeMetrics), RouteMessage.MetricMtu));
        return interfaceIndex > 0 ? 0 : EPROTO;
    }

    private static int ReadNumber(ReadOnlySpan<byte> value) => value.Length == sizeof(int) ? MemoryMarshal.Read<int>(value) : 0;

    private static void WriteRequest(Span<byte> request, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> source)
    {
        const int Bits = 32;
        request.Clear();
        RouteMessage.WriteHeader(request, RouteMessage.GetRoute, flags: 0, sequence: 0);
        Span<byte> route = request[RouteMessage.HeaderSize..];
        route[0] = Libc.AF_INET;
        route[1] = Bits;
        route[2] = Bits;
        Span<byte> attributes = route[RouteMessage.RouteSize..];
        WriteAddress(attributes, RouteMessage.AttributeDestination, destination);
        WriteAddress(attributes[(RouteMessage.AttributeHeader + AddressSize)..], RouteMessage.AttributeSource, source);
    }

    private static void WriteAddress(Span<byte> to, ushort type, ReadOnlySpan<byte> address)
    {
        MemoryMarshal.Write(to, (ushort)(RouteMessage.AttributeHeader + AddressSize));
        MemoryMarshal.Write(to[2..], type);
        address.CopyTo(to[RouteMessage.AttributeHeader..]);
    }
}
