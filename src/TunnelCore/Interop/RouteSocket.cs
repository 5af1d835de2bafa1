using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>A netlink socket for routes (rtnetlink(7)): one request, one answer, each with a deadline.</summary>
internal sealed class RouteSocket : IDisposable
{
    private const int AddressFamilyNetlink = 16;
    private const int SocketRaw = 3;
    private const int NetlinkRoute = 0;
    private const int BufferSize = 8192;
    private const int SecondsToAnswer = 2;
    private const ushort ErrorMessage = 2;

    private readonly FileDescriptor _socket;
    private uint _sequence;

    public RouteSocket()
    {
        _socket = Libc.Socket(AddressFamilyNetlink, SocketRaw | Libc.SOCK_CLOEXEC, NetlinkRoute);
        if (_socket.IsInvalid)
        {
            throw SocketErrorException.FromLastError("netlink");
        }

        Libc.TimeSpec limit = new() { Seconds = SecondsToAnswer };
        _ = Libc.SetSocketTimeout(_socket, Libc.SOL_SOCKET, Libc.SO_RCVTIMEO, limit, (uint)Marshal.SizeOf<Libc.TimeSpec>());
    }

    /// <summary>Sends one message and returns the answer's body; for a request that only wants an acknowledgment it is empty.</summary>
    /// <param name="type">RTM_...</param>
    /// <param name="flags">NLM_F_..., without NLM_F_REQUEST.</param>
    /// <param name="body">struct rtmsg and attributes.</param>
    /// <returns>0 and the body, or the error number.</returns>
    public (int Errno, byte[] Body) Ask(ushort type, ushort flags, ReadOnlySpan<byte> body)
    {
        byte[] message = new byte[RouteMessage.HeaderSize + body.Length];
        uint sequence = ++_sequence;
        RouteMessage.WriteHeader(message, type, flags, sequence);
        body.CopyTo(message.AsSpan(RouteMessage.HeaderSize));
        if (Libc.Send(_socket, message, (nuint)message.Length, Libc.MSG_NOSIGNAL) != message.Length)
        {
            return (Marshal.GetLastPInvokeError(), []);
        }

        byte[] answer = new byte[BufferSize];
        while (true)
        {
            int count = (int)Libc.Recv(_socket, answer, BufferSize, 0);
            if (count < 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                if (errno == Errno.EINTR)
                {
                    continue;
                }

                return (errno, []);
            }

            if (Match(answer.AsSpan(0, count), sequence) is { } found)
            {
                return found;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Null when it is an answer to something else.</summary>
    private static (int Errno, byte[] Body)? Match(ReadOnlySpan<byte> answer, uint sequence)
    {
        if (!RouteMessage.TryReadHeader(answer, out int length, out ushort type, out uint answered) || answered != sequence)
        {
            return null;
        }

        ReadOnlySpan<byte> body = answer[RouteMessage.HeaderSize..length];
        if (type != ErrorMessage)
        {
            return (0, body.ToArray());
        }

        return (body.Length >= sizeof(int) ? -MemoryMarshal.Read<int>(body) : Errno.EIO, []);
    }
}
