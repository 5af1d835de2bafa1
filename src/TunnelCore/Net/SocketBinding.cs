using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>What every socket of a tunnel is tied to before it connects.</summary>
/// <param name="Local">Own address, of the same family as the server's; null = any.</param>
/// <param name="Mark">Routing mark (SO_MARK); 0 = none.</param>
public sealed record SocketBinding(IPAddress? Local, int Mark)
{
    private const int SocketMark = 36;

    public static SocketBinding None { get; } = new(null, 0);

    /// <exception cref="TunnelException">BadKey with what the system says.</exception>
    internal void Apply(FileDescriptor socket)
    {
        if (Mark != 0 && Libc.SetSocketOption(socket, Libc.SOL_SOCKET, SocketMark, Mark, sizeof(int)) < 0)
        {
            throw new TunnelException(Cause.BadKey, $"for the routing mark {Mark} cannot be used: {Errno.Last}");
        }

        if (Local is not null)
        {
            SocketAddress native = new IPEndPoint(Local, 0).Serialize();
            if (Libc.Bind(socket, native.Buffer.Span[..native.Size], (uint)native.Size) < 0)
            {
                throw new TunnelException(Cause.BadKey, $"for the own address {Local} cannot be used: {Errno.Last}");
            }
        }
    }
}
