using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TestServers.Pptp;

/// <summary>Makes raw sockets of protocols that the runtime does not know.</summary>
internal static partial class RawSocket
{
    public const int Icmp = 1;
    public const int Gre = 47;

    private const int AfInet = 2;
    private const int SockRaw = 3;
    private const int SockCloseOnExec = 0x80000;

    public static Socket Open(int protocol, IPAddress local)
    {
        int fd = CreateSocket(AfInet, SockRaw | SockCloseOnExec, protocol);
        if (fd < 0)
        {
            throw new SocketException(Marshal.GetLastPInvokeError());
        }

        Socket socket = new(new SafeSocketHandle(fd, ownsHandle: true)) { ReceiveBufferSize = 4 * 1024 * 1024 };
        socket.Bind(new IPEndPoint(local, 0));
        return socket;
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int CreateSocket(int domain, int type, int protocol);
}
