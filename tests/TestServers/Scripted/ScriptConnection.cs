using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using TestServers.Sstp;

namespace TestServers.Scripted;

/// <summary>One connection of a <see cref="ScriptedSstpServer"/>: what the steps work on, and the record of what the client did.</summary>
internal sealed class ScriptConnection : IDisposable
{
    private readonly SstpPacketReader _reader = new();
    private readonly List<byte[]> _packets = [];
    private readonly Lock _lock = new();

    public ScriptConnection(Socket socket, X509Certificate2 certificate, int number)
    {
        Socket = socket;
        Socket.NoDelay = true;
        Certificate = certificate;
        Number = number;
        Stream = new NetworkStream(socket, ownsSocket: true);
    }

    public Socket Socket { get; }

    /// <summary>The TLS stream after the Tls step, before it the plain connection.</summary>
    public Stream Stream { get; set; }

    public X509Certificate2 Certificate { get; }

    /// <summary>1 for the server's first connection.</summary>
    public int Number { get; }

    public EndPoint? Remote { get; init; }

    /// <summary>SNI of the client; "" when it sent none.</summary>
    public string ServerName => (Stream as SslStream)?.TargetHostName ?? "";

    public HttpHead? Request { get; set; }

    /// <summary>Exact bytes of the HTTP request, as text.</summary>
    public string RequestText { get; set; } = "";

    /// <summary>How the client's side ended: "" while it is open, "close" or the error.</summary>
    public string ClientEnd { get; set; } = "";

    /// <summary>What a step threw, null when the script ran through.</summary>
    public Exception? Error { get; set; }

    /// <summary>Nonce of the last Ack step: 32 bytes.</summary>
    public byte[] Nonce { get; set; } = new byte[32];

    /// <summary>Every SSTP packet read so far, in order.</summary>
    public IReadOnlyList<byte[]> Packets
    {
        get
        {
            lock (_lock)
            {
                return [.. _packets];
            }
        }
    }

    /// <summary>Types of the control messages read so far.</summary>
    public IEnumerable<int> ControlTypes => Packets.Where(p => SstpPacketReader.IsControl(p)).Select(p => SstpPacketReader.ControlType(p));

    public void Append(ReadOnlySpan<byte> bytes) => _reader.Append(bytes);

    /// <summary>The next packet, null at the end of the stream.</summary>
    public async Task<byte[]?> ReadPacketAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (TryTake() is byte[] packet)
            {
                return packet;
            }
            int n = await ReadAsync(_reader.Space, cancel).ConfigureAwait(false);
            if (n == 0)
            {
                return null;
            }
            _reader.Advance(n);
        }
    }

    /// <summary>Reads; 0 at the end, with <see cref="ClientEnd"/> set.</summary>
    public async Task<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        try
        {
            int n = await Stream.ReadAsync(buffer, cancel).ConfigureAwait(false);
            if (n == 0)
            {
                ClientEnd = "close";
            }
            return n;
        }
        catch (IOException e)
        {
            ClientEnd = (e.InnerException as SocketException)?.SocketErrorCode.ToString() ?? e.Message;
            return 0;
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        Socket.Dispose();
    }

    private byte[]? TryTake()
    {
        if (!_reader.TryRead(out ReadOnlySpan<byte> packet))
        {
            return null;
        }
        byte[] copy = packet.ToArray();
        lock (_lock)
        {
            _packets.Add(copy);
        }
        return copy;
    }
}
