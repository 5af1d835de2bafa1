using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>
/// A raw socket for the GRE packets of one PPTP call: IP protocol 47, connected to the server, filtered to the call. Received
/// datagrams begin with their IP header; the kernel writes that of sent ones.
/// </summary>
/// <remarks>
/// Path MTU discovery stays at the kernel's default: packets up to the known path MTU leave with DF, longer ones are fragmented
/// here. An ICMP "fragmentation needed" thus loses one packet and teaches the kernel.
/// </remarks>
internal sealed class GreSocket : IDisposable
{
    private const int ReceiveBuffer = 4 * 1024 * 1024;

    private static readonly TimeSpan s_longestSend = TimeSpan.FromSeconds(1);

    private readonly FileDescriptor _socket;

    private GreSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>For <see cref="DescriptorSet"/> and <see cref="DatagramBatch"/>.</summary>
    public FileDescriptor Handle => _socket;

    /// <summary>Opens the socket; from here on the kernel keeps the server's packets instead of answering "protocol unreachable".</summary>
    public static GreSocket Open(IPAddress server, ushort callId, SocketBinding? binding = null)
    {
        FileDescriptor socket = Libc.Socket(Libc.AF_INET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.IPPROTO_GRE);
        if (socket.IsInvalid)
        {
            TunnelException failure = Failed("socket", Marshal.GetLastPInvokeError());
            socket.Dispose();
            throw failure;
        }

        try
        {
            Configure(socket, server, callId);
            (binding ?? SocketBinding.None).Apply(socket);
            SocketAddress native = new IPEndPoint(server, 0).Serialize();
            if (Libc.Connect(socket, native.Buffer.Span[..native.Size], (uint)native.Size) < 0)
            {
                throw Failed("connect", Marshal.GetLastPInvokeError());
            }
        }
        catch (TunnelException)
        {
            socket.Dispose();
            throw;
        }

        return new GreSocket(socket);
    }

    /// <summary>Sends one datagram, without waiting.</summary>
    /// <returns>0, or errno.</returns>
    public int TrySend(ReadOnlySpan<byte> datagram) =>
        Libc.Send(_socket, datagram, (nuint)datagram.Length, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT) < 0 ? Marshal.GetLastPInvokeError() : 0;

    public void Dispose() => _socket.Dispose();

    private static void Configure(FileDescriptor socket, IPAddress server, ushort callId)
    {
        // The default of some 200 KiB overflows at 50 Mbit/s. More than the system's limit needs a capability: then up to the limit.
        if (Libc.SetSocketOption(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, ReceiveBuffer, sizeof(int)) < 0)
        {
            _ = Libc.SetSocketOption(socket, Libc.SOL_SOCKET, Libc.SO_RCVBUF, ReceiveBuffer, sizeof(int));
        }

        Libc.TimeSpec limit = new() { Seconds = (long)s_longestSend.TotalSeconds };
        _ = Libc.SetSocketTimeout(socket, Libc.SOL_SOCKET, Libc.SO_SNDTIMEO, limit, (uint)Marshal.SizeOf<Libc.TimeSpec>());
        int errno = CallFilter.Attach(socket, BinaryPrimitives.ReadUInt32BigEndian(server.GetAddressBytes()), callId);
        if (errno != 0)
        {
            throw Failed("filter", errno);
        }
    }

    private static TunnelException Failed(string call, int errno) =>
        new(Cause.GreSocket, $"{call}: {Marshal.GetPInvokeErrorMessage(errno)}");
}
