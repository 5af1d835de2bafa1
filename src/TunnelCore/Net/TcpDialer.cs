using System.Net;
using System.Net.Sockets;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Net;

/// <summary>TCP to the first of several addresses that answers (happy eyeballs, RFC 8305).</summary>
internal sealed class TcpDialer(TunnelTimeouts timeouts, SocketBinding? binding = null)
{
    /// <summary>More addresses than this are not tried.</summary>
    public const int MaxAddresses = 32;

    /// <summary>Throws TunnelException with what each address said, or OperationCanceledException.</summary>
    public Task<SocketStream> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        List<IPEndPoint> order = Interleave(addresses).Take(MaxAddresses).Select(address => new IPEndPoint(address, port)).ToList();
        return Task.Factory.StartNew(
            () =>
            {
                try
                {
                    using TcpRace race = new(order, timeouts, binding ?? SocketBinding.None);
                    return race.Run(cancellation);
                }
                catch (SocketErrorException exception)
                {
                    throw new TunnelException(Cause.TcpFailed, exception.Message, exception);
                }
            },
            cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Families take turns, beginning with the first address's (RFC 8305 section 4); the order within one stays.</summary>
    internal static IEnumerable<IPAddress> Interleave(IReadOnlyList<IPAddress> addresses)
    {
        if (addresses.Count == 0)
        {
            yield break;
        }
        AddressFamily preferred = addresses[0].AddressFamily;
        Queue<IPAddress> first = new(addresses.Where(address => address.AddressFamily == preferred));
        Queue<IPAddress> second = new(addresses.Where(address => address.AddressFamily != preferred));
        while (first.Count + second.Count > 0)
        {
            if (first.TryDequeue(out IPAddress? one))
            {
                yield return one;
            }
            if (second.TryDequeue(out IPAddress? other))
            {
                yield return other;
            }
        }
    }
}
