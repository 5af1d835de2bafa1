using System.Net;
using System.Net.Sockets;

namespace TestServers.Pptp;

/// <summary>The server's end of the packet path: sends whatever the script wants, receives what the client sends.</summary>
internal sealed class GreEndpoint : IDisposable
{
    private readonly Socket _socket;
    private readonly IPAddress _client;
    private readonly byte[] _buffer = new byte[65535];

    public GreEndpoint(Socket socket, IPAddress client)
    {
        _socket = socket;
        _client = client;
    }

    /// <summary>The last packet as received, IP header included; ICMP messages quote it.</summary>
    public byte[] LastRaw { get; private set; } = [];

    /// <summary>The next packet of the client, data or acknowledgment.</summary>
    public async Task<GreDatagram> ReceiveAsync(CancellationToken cancellation)
    {
        while (true)
        {
            SocketReceiveFromResult got = await _socket.ReceiveFromAsync(_buffer, new IPEndPoint(IPAddress.Any, 0), cancellation);
            if (((IPEndPoint)got.RemoteEndPoint).Address.Equals(_client))
            {
                LastRaw = _buffer[..got.ReceivedBytes];
                return GreDatagram.Parse(LastRaw);
            }
        }
    }

    /// <summary>The next packet that carries a frame.</summary>
    public async Task<GreDatagram> ReceiveDataAsync(CancellationToken cancellation)
    {
        while (true)
        {
            GreDatagram packet = await ReceiveAsync(cancellation);
            if (packet.Sequence is not null)
            {
                return packet;
            }
        }
    }

    /// <summary>A data packet for the client's call.</summary>
    public void Send(ushort clientCallId, uint sequence, byte[] payload, uint? ack = null) =>
        SendRaw(new GreDatagram(clientCallId, sequence, ack, payload).ToBytes());

    public void SendRaw(byte[] gre) => _socket.SendTo(gre, new IPEndPoint(_client, 0));

    public void Dispose() => _socket.Dispose();
}
