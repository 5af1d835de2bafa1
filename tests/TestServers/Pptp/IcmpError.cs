using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace TestServers.Pptp;

/// <summary>Sends "destination unreachable" and its like about a packet of the client's (RFC 792).</summary>
internal static class IcmpError
{
    /// <param name="from">Our address.</param>
    /// <param name="to">The client's.</param>
    /// <param name="about">The packet with its IP header; as many bytes of it as a router quotes go along.</param>
    /// <param name="type">3 unreachable, 11 time exceeded.</param>
    /// <param name="code">Of that type.</param>
    /// <param name="mtu">With 3/4.</param>
    /// <param name="at">Namespace to send from; null = the process's own.</param>
    public static void Send(IPAddress from, IPAddress to, byte[] about, byte type, byte code, ushort mtu = 0, NetworkNamespace? at = null)
    {
        byte[] m = new byte[8 + Math.Min(about.Length, 128)];
        m[0] = type;
        m[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(m.AsSpan(6), mtu);
        about.AsSpan(0, m.Length - 8).CopyTo(m.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(m.AsSpan(2), Checksum(m));
        using Socket socket = at is null ? RawSocket.Open(RawSocket.Icmp, from) : at.Run(() => RawSocket.Open(RawSocket.Icmp, from));
        socket.SendTo(m, new IPEndPoint(to, 0));
    }

    private static ushort Checksum(byte[] m)
    {
        uint sum = 0;
        for (int i = 0; i < m.Length; i += 2)
        {
            sum += (uint)((m[i] << 8) | (i + 1 < m.Length ? m[i + 1] : 0));
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}
