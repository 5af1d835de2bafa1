using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>An AF_PPPOX socket, bound to our call ID.</summary>
internal sealed class KernelCall : IKernelCall
{
    private readonly FileDescriptor _socket;

    private KernelCall(FileDescriptor socket) => _socket = socket;

    public SafeHandle Socket => _socket;

    public static KernelCall? TryOpen(IPAddress local, ushort callId, out int errno)
    {
        FileDescriptor socket = NewSocket();
        Span<byte> address = stackalloc byte[PppoxAddress.Size];
        PppoxAddress.Write(address, local, callId);
        errno = socket.IsInvalid || Libc.Bind(socket, address, PppoxAddress.Size) < 0 ? Marshal.GetLastPInvokeError() : 0;
        if (errno == 0)
        {
            return new KernelCall(socket);
        }

        socket.Dispose();
        return null;
    }

    /// <summary>Whether the kernel has such sockets; it loads the module for the first one by itself where it may.</summary>
    /// <returns>0, or errno.</returns>
    public static int Probe()
    {
        using FileDescriptor socket = NewSocket();
        return socket.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
    }

    public int Connect(IPAddress server, ushort serverCallId)
    {
        Span<byte> address = stackalloc byte[PppoxAddress.Size];
        PppoxAddress.Write(address, server, serverCallId);
        return Libc.Connect(_socket, address, PppoxAddress.Size) < 0 ? Marshal.GetLastPInvokeError() : 0;
    }

    public void Dispose() => _socket.Dispose();

    private static FileDescriptor NewSocket() =>
        Libc.Socket(PppoxAddress.AF_PPPOX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, PppoxAddress.PX_PROTO_PPTP);
}
