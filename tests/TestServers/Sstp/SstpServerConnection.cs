using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using TestServers.Ppp;

namespace TestServers.Sstp;

/// <summary>One SSTP call, server side ([MS-SSTP] 3.3). The reading thread runs <see cref="Run"/>; another one reads from the PPP peer.</summary>
internal sealed partial class SstpServerConnection : IPppFrameFilter, IDisposable
{
    private readonly SstpServer _server;
    private readonly SstpServerOptions _options;
    private readonly Socket _socket;
    private readonly SslStream _tls;
    private readonly string _name;
    private readonly Lock _writeLock = new();
    private readonly SstpPacketReader _reader = new();
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(32);
    private readonly ChapSnoop _chap = new();
    private readonly Timer _timer;
    private volatile CallState _state;
    private volatile bool _silent;
    private IPppPeer? _peer;
    private Thread? _peerThread;
    private string? _addresses;
    private int _disposed;

    public SstpServerConnection(SstpServer server, Socket socket, int number)
    {
        _server = server;
        _options = server.Options;
        _socket = socket;
        _socket.NoDelay = true;
        _socket.SendTimeout = (int)_options.SendLimit.TotalMilliseconds;
        _name = $"call {number}";
        _tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        _timer = new Timer(_ => OnTimer(), null, _options.Negotiation, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The whole life of the connection; never throws.</summary>
    public void Run()
    {
        try
        {
            Log($"accepted from {_socket.RemoteEndPoint}");
            _tls.AuthenticateAsServer(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _server.Context,
                EnabledSslProtocols = _options.Tls,
                EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            });
            Log($"{_tls.SslProtocol} {_tls.NegotiatedCipherSuite} name '{_tls.TargetHostName}'");
            if (ReadRequest())
            {
                ReadPackets();
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException or SocketException or ObjectDisposedException or InvalidDataException or InvalidOperationException)
        {
            Log($"ended in state {_state}: {e.Message} {e.InnerException?.Message}");
        }
        Dispose();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }
        _state = CallState.Closing;
        _timer.Dispose();
        _tls.Dispose();
        _socket.Dispose();
        IPppPeer? peer = _peer;
        peer?.Stop();
        if (_peerThread != Thread.CurrentThread)
        {
            _peerThread?.Join(4000);
        }
        peer?.Dispose();
        if (_addresses != null)
        {
            _options.Pool.Return(_addresses);
        }
        _server.Remove(this);
        Log("closed");
    }

    private void Log(string text) => _options.Log($"{_name}: {text}");

    private bool ReadRequest()
    {
        byte[] buffer = new byte[16384];
        int length = 0;
        int head = -1;
        while (head < 0)
        {
            int n = length < buffer.Length ? _tls.Read(buffer.AsSpan(length)) : 0;
            if (n == 0)
            {
                Log("no HTTP request");
                return false;
            }
            length += n;
            head = HttpHead.Find(buffer.AsSpan(0, length));
        }
        HttpHead request = HttpHead.Parse(buffer.AsSpan(0, head));
        string? refusal = request.Refusal(_options.HostName);
        Log($"request host '{request.Header("Host")}' correlation '{request.Header("SSTPCORRELATIONID")}' {refusal ?? "accepted"}");
        if (refusal != null)
        {
            Send(System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            return false;
        }
        _state = CallState.WaitRequest;
        Send(System.Text.Encoding.ASCII.GetBytes(HttpHead.Ok));
        _reader.Append(buffer.AsSpan(head, length - head));
        return true;
    }
}
