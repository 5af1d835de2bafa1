using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using TestServers.Sstp;

namespace TunnelCore.Tests.Servers;

/// <summary>The least client there is, for looking at the servers.</summary>
internal sealed class MiniSstpClient : IDisposable
{
    private readonly SstpPacketReader _reader = new();

    public MiniSstpClient(IPEndPoint server)
    {
        Socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000, NoDelay = true };
        Socket.Connect(server);
        Tls = new SslStream(new NetworkStream(Socket, ownsSocket: true));
    }

    public Socket Socket { get; }

    public SslStream Tls { get; }

    public byte[] CertificateDer { get; private set; } = [];

    /// <summary>TLS without any verification, and the HTTP exchange; returns the reply's head.</summary>
    public string Open(string host = "vpn.example.com", string method = HttpHead.SstpMethod)
    {
        Tls.AuthenticateAsClient(new SslClientAuthenticationOptions { TargetHost = host, RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate != null });
        CertificateDer = Tls.RemoteCertificate!.GetRawCertData();
        Send(Encoding.ASCII.GetBytes($"{method} {HttpHead.SstpTarget} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {HttpHead.ContentLength}\r\n\r\n"));
        List<byte> head = [];
        while (head.Count < 4 || !head.TakeLast(4).SequenceEqual("\r\n\r\n"u8.ToArray()))
        {
            int b = Tls.ReadByte();
            if (b < 0)
            {
                break;
            }
            head.Add((byte)b);
        }
        return Encoding.ASCII.GetString([.. head]);
    }

    public void Send(params byte[][] packets) => Tls.Write([.. packets.SelectMany(p => p)]);

    /// <summary>The next packet, or null when the server closed.</summary>
    public byte[]? Read()
    {
        ReadOnlySpan<byte> packet;
        while (!_reader.TryRead(out packet))
        {
            int n = Tls.Read(_reader.Space.Span);
            if (n == 0)
            {
                return null;
            }
            _reader.Advance(n);
        }
        return packet.ToArray();
    }

    /// <summary>The next packet must be this control message.</summary>
    public byte[] Expect(int controlType)
    {
        byte[] packet = Read() ?? throw new InvalidDataException("closed");
        Assert.True(SstpPacketReader.IsControl(packet));
        Assert.Equal(controlType, SstpPacketReader.ControlType(packet));
        return packet;
    }

    public void Dispose() => Tls.Dispose();
}
