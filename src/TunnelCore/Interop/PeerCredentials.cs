using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>struct ucred: who is at the other end of a unix socket (SO_PEERCRED), as it was when it connected.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct PeerCredentials(int Pid, uint User, uint Group)
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;
    private const int Bytes = 12;

    public static PeerCredentials Of(Socket socket)
    {
        Span<byte> raw = stackalloc byte[Bytes];
        int length = socket.GetRawSocketOption(SolSocket, SoPeerCred, raw);
        return length == Bytes ? MemoryMarshal.Read<PeerCredentials>(raw) : default;
    }
}
